import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runIn, type Server, type Spawner } from '../clients/run-in';
import type { Done } from './load';

/** Of twenty gets each: the same number for every path, some tenths of a second. */
const batches = 10_000;

/** Gets that are sent twenty at once: memcaslap waits for the answer to each request before it sends the next. */
export async function pipelined(host: Spawner, servers: readonly Server[], connections: number): Promise<Done> {
  const script = readFileSync(join(__dirname, 'pipelined.py'), 'utf8');
  const names = servers.map((server) => `${server.host}:${server.port}`).join(',');
  const argv = ['/usr/bin/python3', '-c', script, names, String(connections), String(batches)];
  const { code, stdout, stderr } = await runIn(host, argv, { withinSeconds: 60 });
  if (code !== 0) throw new Error(`the client at ${names} ended with ${code}: ${stderr.trim()}`);
  return JSON.parse(stdout) as Done;
}
