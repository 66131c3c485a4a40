import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../clients/run-in';
import type { Cloud } from '../cloud/cloud';
import type { Host } from '../namespace/host';
import { type ClientEvent, recoverySeconds } from './figures';
import type { Path } from './paths';

/** What the clients of a path saw of the loss of a node, and of their keys while it was gone. */
export interface Outage {
  readonly path: string;
  readonly operations: number;
  readonly errors: number;
  readonly retries: number;
  readonly recoverySeconds: number;
  readonly hitRatio: number;
}

interface Said {
  readonly events: readonly ClientEvent[];
  readonly operations: number;
  readonly hitRatio: number;
}

/** What is lost stays so for longer than the slowest of the checks needs: three that fail, 2 s apart. */
const goneMs = 15_000;

/** The first node's host loses power under all paths at once, and comes back when every key has been read. */
export async function outage(cloud: Cloud, client: Host, paths: readonly Path[]): Promise<Outage[]> {
  const servers = (list: readonly Server[]) => list.map(({ host, port }) => [host, port]);
  const nodes = servers(cloud.nodeServers());
  const job = {
    paths: { ...Object.fromEntries(paths.map((path) => [path.name, servers(path.servers)])), modulo: nodes },
    left: nodes.slice(1),
  };
  const program = client.spawn(['/usr/bin/python3', '-c', readFileSync(join(__dirname, 'outage.py'), 'utf8')], 'pipe');
  client.log.follow('outage', program.stderr!);
  const lines = createInterface({ input: program.stdout! });
  const next = async (): Promise<string> => {
    const ended = once(program, 'close').then(() =>
      Promise.reject(new Error(`the clients ended: ${client.log.tail()}`)),
    );
    return Promise.race([once(lines, 'line').then(([line]) => line as string), ended]);
  };
  program.stdin!.write(`${JSON.stringify(job)}\n`);
  await next();
  await sleep(1_000);
  const { member, plan } = cloud.nodes[0]!;
  const struckAt = Date.now();
  await member.loseZone(plan.zone);
  await sleep(goneMs);
  const answer = next();
  program.stdin!.write('sweep\n');
  const results = JSON.parse(await answer) as Record<string, Said>;
  member.restoreZone(plan.zone);
  await cloud.untilHealthy();
  return Object.entries(results).map(([path, said]) => outageOf(path, said, struckAt));
}

export function outageOf(path: string, { events, operations, hitRatio }: Said, struckAt: number): Outage {
  const count = (kind: ClientEvent['kind']) => events.filter((event) => event.kind === kind).length;
  const recovery = recoverySeconds(events, struckAt);
  return { path, operations, errors: count('error'), retries: count('retry'), recoverySeconds: recovery, hitRatio };
}
