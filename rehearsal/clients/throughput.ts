import { runIn, type Server, type Spawner } from './run-in';

const connections = 32;

/**
 * Operations per second of libmemcached's memcaslap (get and set, nine to one, values of 100 bytes), each connection
 * with one operation after the other and all to one of the servers. Takes three and a half seconds.
 */
export async function throughput(host: Spawner, servers: readonly Server[]): Promise<number> {
  const list = servers.map((server) => `${server.host}:${server.port}`).join(',');
  const threads = Math.max(2, servers.length); // it wants one for each server
  const concurrency = threads * Math.ceil(connections / threads);
  const options = { T: threads, c: concurrency, X: 100, t: '2s' };
  const argv = Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]);
  const { code, stdout, stderr } = await runIn(host, ['memcaslap', '-s', list, ...argv], { withinSeconds: 10 });
  const figure = (name: string) => Number(new RegExp(`${name}: (\\d+)`).exec(stdout)?.[1] ?? 0);
  // It counts errors as operations too, but reads only what was stored.
  if (code !== 0 || figure('cmd_get') === 0) {
    const said = (stderr || stdout).trim().split('\n').at(-1);
    throw new Error(`memcaslap could read nothing at ${list} and exited with ${code}: ${said}`);
  }
  return figure('TPS');
}
