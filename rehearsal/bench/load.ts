import { runIn, type Server, type Spawner } from '../clients/run-in';
import type { Load } from './rows';

/**
 * libmemcached's memcaslap for a load: it wants a thread for each server, and as many connections in each. Its tasks keep the
 * keys of the last so many sets: fewer of large values, so that the nodes have room for all.
 */
export function memcaslap(
  servers: readonly Server[],
  load: Load,
  { threads, seconds }: { threads: number; seconds: number },
): string[] {
  const { connections, keys, valueBytes } = load;
  const concurrency = connections === 1 ? 1 : threads * Math.ceil(connections / threads);
  const options: [string, string | number][] = [
    ['s', servers.map(({ host, port }) => `${host}:${port}`).join(',')],
    ['T', connections === 1 ? 1 : threads],
    ['c', concurrency],
    ['F', loadFile],
    ['w', windowOf(valueBytes, concurrency)],
    ['t', `${seconds}s`],
    ...(keys > 1 ? [['d', keys] as [string, number]] : []),
  ];
  return ['memcaslap', ...options.flatMap(([name, value]) => [`-${name}`, String(value)])];
}

/** Keys of a connection: those of all take no more than 100 MB of each node. */
export function windowOf(valueBytes: number, connections: number): string {
  const most = 100_000_000 / ((valueBytes + 200) * connections);
  return most >= 10_000 ? '10k' : `${Math.max(1, Math.floor(most / 1000))}k`;
}

const loadFile = '/tmp/load';

/** What memcaslap reads its load from: keys of 24 bytes. */
export const loadText = ({ valueBytes, sets }: Load): string =>
  `key\n24 24 1\nvalue\n${valueBytes} ${valueBytes} 1\ncmd\n0 ${sets.toFixed(4)}\n1 ${(1 - sets).toFixed(4)}\n`;

/** Operations that were done, and how many in a second. */
export interface Done {
  readonly operations: number;
  readonly perSecond: number;
}

/** What memcaslap says at its end. Of nothing that is read it does not complain. */
export function doneOf(output: string): Done {
  const [, operations, perSecond] = /Ops: (\d+) TPS: (\d+)/.exec(output) ?? [];
  const [gets, misses] = ['cmd_get', 'get_misses'].map((name) =>
    Number(new RegExp(`${name}: (\\d+)`).exec(output)?.[1]),
  );
  if (operations === undefined || !gets)
    throw new Error(`memcaslap could read nothing: ${output.trim().split('\n').at(-1)}`);
  if (misses! > gets / 100)
    throw new Error(`memcaslap missed ${misses} of ${gets} reads, expected to find what it stored`);
  return { operations: Number(operations), perSecond: Number(perSecond) };
}

/** Writes the load where memcaslap reads it. */
export async function layOut(host: Spawner & { write(path: string, text: string): void }, load: Load): Promise<void> {
  host.write(loadFile, loadText(load));
}

/** Puts the load on the servers. */
export async function saturate(host: Spawner, argv: readonly string[], seconds: number): Promise<Done> {
  const { code, stdout, stderr } = await runIn(host, argv, { withinSeconds: seconds + 20 });
  if (code !== 0) throw new Error(`memcaslap ended with ${code}: ${(stderr || stdout).trim().split('\n').at(-1)}`);
  return doneOf(stdout);
}
