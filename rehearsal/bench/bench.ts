import { cpus } from 'node:os';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Options, progressOf, type RunningCluster, setStage, type Stage, withCluster } from '../stage';
import { versionsOf } from '../tools/engines';
import type { Host } from '../namespace/host';
import { goalsOf } from './goals';
import { type Latency, latency } from './latency';
import { layOut, memcaslap, saturate } from './load';
import { outage } from './outage';
import { type Path, reference, startPaths } from './paths';
import { pipelined } from './pipelined';
import type { LatencyResult, Measured, Synthesis, ThroughputResult, ThroughputRound } from './report';
import { type LatencyRow, type Load, type Row, rows, type ThroughputRow } from './rows';
import { writeBench } from './write';

/** What `--only` may name. */
export const benchNames: readonly string[] = [...rows.map(({ name }) => name), 'outage'];

/** Seconds of a round of one path. */
const seconds = 1;

const outagePaths: readonly string[] = ['replicated', 'sharded', 'twemproxy', 'haproxy', 'nginx', reference];

/** Measures every path before the nodes of the first cluster, and writes the report. */
export async function bench(options: Options): Promise<number> {
  const stage = await setStage(options);
  const wanted = (name: string) => options.only?.includes(name) ?? true;
  const chosen = rows.filter(({ name }) => wanted(name));
  const plan = stage.plans[0]!;
  const progress = progressOf(plan);
  const paths = new Set<string>(chosen.flatMap((row) => row.paths));
  if (wanted('outage')) for (const name of outagePaths) paths.add(name);

  const rounds = options.rounds ?? 4;
  const measure = async ({ cloud }: RunningCluster) => {
    const running = await startPaths(cloud, stage.plans, stage.metadata, [...paths]);
    try {
      const results = await measureRows(chosen, running.client, running.all, rounds, progress);
      if (!wanted('outage')) return { ...results, outage: [] };
      progress('losing a node');
      const lost = running.all.filter(({ name }) => outagePaths.includes(name));
      return { ...results, outage: await outage(cloud, running.client, lost) };
    } finally {
      await running.stop();
    }
  };
  // Health checks are measured elsewhere: nothing waits for the first ones.
  const measured = await withCluster(plan, stage, progress, measure, 'up');
  const report = { ...(await circumstances(stage, rounds)), ...measured, synthesis: synthesisIn(options) };
  console.log(`\n${writeBench(options.reportFolder, { ...report, goals: goalsOf(report) })}`);
  return 0;
}

/** Every path has its turn in each round: what disturbs the machine for a while disturbs all of them. */
async function measureRows(
  chosen: readonly Row[],
  client: Host,
  paths: readonly Path[],
  rounds: number,
  progress: (line: string) => void,
): Promise<Pick<Measured, 'throughput' | 'latency'>> {
  const throughput: ThroughputResult[] = [];
  const latencies: LatencyResult[] = [];
  for (const row of chosen) {
    progress(row.name);
    const of = paths.filter(({ name }) => row.paths.includes(name));
    if (row.kind === 'throughput') throughput.push(await throughputOf(row, client, of, rounds));
    else latencies.push(await latencyOf(row, client, of, rounds));
  }
  return { throughput, latency: latencies };
}

async function throughputOf(row: ThroughputRow, client: Host, paths: readonly Path[], rounds: number) {
  await layOut(client, row.load);
  const result: Record<string, ThroughputRound[]> = {};
  await inTurn(paths, rounds, async (path) => {
    const servers = serversFor(path, row.load);
    const argv = memcaslap(servers, row.load, { threads: threadsOf(paths), seconds });
    const before = path.cpuMs?.();
    const { operations, perSecond } = row.load.pipelined
      ? await pipelined(client, servers, row.load.connections)
      : await saturate(client, argv, seconds);
    const cpuMicroseconds = before === undefined ? undefined : ((path.cpuMs!() - before) * 1000) / operations;
    (result[path.name] ??= []).push({ perSecond, cpuMicroseconds });
  });
  return { row: row.name, rounds: result };
}

/** One connection leads to one node. */
const serversFor = ({ servers }: Path, { connections }: Load) => (connections === 1 ? servers.slice(0, 1) : servers);

/** The same for every path: as many as the direct one needs, a thread for each node. */
const threadsOf = (paths: readonly Path[]): number => Math.max(2, ...paths.map(({ servers }) => servers.length));

async function latencyOf(
  row: LatencyRow,
  client: Host,
  paths: readonly Path[],
  rounds: number,
): Promise<LatencyResult> {
  const result: Record<string, Latency[]> = {};
  await inTurn(paths, rounds, async (path) => {
    (result[path.name] ??= []).push(await latency(client, path.servers[0]!, row.connections, seconds));
  });
  return { row: row.name, rounds: result };
}

async function inTurn(paths: readonly Path[], rounds: number, measure: (path: Path) => Promise<void>): Promise<void> {
  for (let round = 0; round < rounds; round += 1) for (const path of paths) await measure(path);
}

async function circumstances(stage: Stage, rounds: number): Promise<Pick<Measured, 'machine' | 'versions' | 'rounds'>> {
  const model = cpus()[0]?.model ?? '';
  const engines = ['memcached', 'haproxy', 'nginx', 'nutcracker'] as const;
  return {
    machine: `${cpus().length} cores (${model.trim()})`,
    versions: await versionsOf(stage.rootfs, engines),
    rounds,
  };
}

/** What scripts/bench.mjs has measured before, outside of the namespaces. */
function synthesisIn({ reportFolder }: Options): Synthesis | undefined {
  const file = join(reportFolder, 'synthesis.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Synthesis) : undefined;
}
