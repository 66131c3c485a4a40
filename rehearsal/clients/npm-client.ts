import { npmLibraries } from './npm-libraries';

/**
 * A program that tries a client library: its arguments are the library's name and the servers. A line tells of each
 * step; without the first three the others are not tried.
 */
async function main([library, ...servers]: string[]): Promise<void> {
  const client = npmLibraries[library!]!(servers);
  // So many that each server has some, and that a library which asks a random server does not find them all by chance.
  const keys = Array.from({ length: 32 }, (_, i) => `npm-${library!.replace(' ', '-')}-${i}`);
  const each = async (work: (key: string) => Promise<unknown>) => {
    for (const key of keys) await work(key);
  };
  const storeAll = () => each((key) => client.set(key, `${key} stored`));

  let broken = await tell('set', storeAll);
  broken ||= await tell('get', () => each(async (key) => expect(await client.get(key), `${key} stored`)));
  broken ||= await tell('delete', async () => {
    await each((key) => client.delete(key));
    await each(async (key) => expect(await client.get(key), undefined));
  });
  if (broken) return;

  await tell('get-multi', async () => {
    if (!client.getMulti) return;
    await storeAll();
    const found = await client.getMulti(keys);
    for (const key of keys) expect(found[key], `${key} stored`);
  });
  await tell('incr', async () => {
    await client.set(keys[0]!, '5');
    expect(await client.increment(keys[0]!), 6);
  });
}

/** Whether the step failed. */
async function tell(step: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    console.log(`${step}: ok`);
    return false;
  } catch (error) {
    console.log(`${step}: ${error instanceof Error ? error.message : String(error)}`);
    return true;
  }
}

function expect(got: unknown, wanted: unknown): void {
  if (got !== wanted) throw new Error(`got ${got}, expected ${wanted}`);
}

// What a library throws outside of an operation's promise belongs to a connection that it has given up.
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
void main(process.argv.slice(2)).finally(() => process.exit());
