import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * The program in the place of Lambda's runtime: a warm environment. Its arguments are the code's folder and the
 * handler's name; each line on stdin, a number and an event in JSON, is an invocation. What the function writes is its
 * log; a line of the runtime's own ends each invocation.
 */
type Handler = (event: unknown, context: object) => Promise<unknown>;

function load(folder: string, name: string): Handler {
  const dot = name.lastIndexOf('.');
  const exported = createRequire(__filename)(join(folder, name.slice(0, dot)))[name.slice(dot + 1)];
  if (typeof exported !== 'function') throw new Error(`${folder} exports no function '${name}'`);
  return exported;
}

const [folder = '', name = ''] = process.argv.slice(2);
const handler = load(folder, name);

createInterface({ input: process.stdin }).on('line', async (line) => {
  const [, id = '', event = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
  try {
    await handler(JSON.parse(event), { awsRequestId: id });
    console.log(`END ${id}`);
  } catch (error) {
    console.error(error);
    console.log(`FAILED ${id} ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
});
