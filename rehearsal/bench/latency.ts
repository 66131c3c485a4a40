import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runIn, type Server, type Spawner } from '../clients/run-in';

/** Percentiles of a round, in microseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/**
 * How long operations take that a client of Python asks for: it waits in the system call, so that only a few microseconds of its
 * own stand in the figure.
 */
export async function latency(host: Spawner, server: Server, connections: number, seconds: number): Promise<Latency> {
  const script = readFileSync(join(__dirname, 'latency.py'), 'utf8');
  const words = [server.host, server.port, seconds, connections].map(String);
  const argv = ['/usr/bin/python3', '-c', script, ...words];
  const { code, stdout, stderr } = await runIn(host, argv, { withinSeconds: seconds + 20 });
  if (code !== 0) throw new Error(`the client at ${server.host}:${server.port} ended with ${code}: ${stderr.trim()}`);
  return JSON.parse(stdout) as Latency;
}
