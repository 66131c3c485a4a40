import { differenceOf, type Figure, figureOf, ratioOf } from './figures';
import type { Goal, LatencyResult, Measured, ThroughputResult } from './report';
import type { PathName } from './rows';

/** Throughput of a path beside the direct one, round by round; nothing of what was not measured. */
export function besideDirect({ rounds }: ThroughputResult, path: PathName): Figure | undefined {
  const [ours, direct] = [rounds[path], rounds.direct];
  return ours && direct && ratioOf(perSecond(ours), perSecond(direct));
}

const perSecond = (rounds: readonly { readonly perSecond: number }[]): number[] => rounds.map((each) => each.perSecond);

/** The proxy's CPU for an operation, in microseconds. */
export function cpuOf({ rounds }: ThroughputResult, path: PathName): Figure | undefined {
  const used = cpuRounds(rounds[path]);
  return used && figureOf(used);
}

function cpuBeside({ rounds }: ThroughputResult, path: PathName, other: PathName): Figure | undefined {
  const [ours, theirs] = [cpuRounds(rounds[path]), cpuRounds(rounds[other])];
  return ours && theirs && ratioOf(ours, theirs);
}

function cpuRounds(rounds: ThroughputResult['rounds'][PathName]): number[] | undefined {
  const used = rounds?.flatMap(({ cpuMicroseconds }) => cpuMicroseconds ?? []);
  return used && used.length > 0 ? used : undefined;
}

/** What a path adds to the direct one's percentile, in microseconds. */
export function added(
  { rounds }: LatencyResult,
  path: PathName,
  percentile: 'p50' | 'p99' | 'p999',
): Figure | undefined {
  const [ours, direct] = [rounds[path], rounds.direct];
  const values = (of: typeof ours) => of!.map((each) => each[percentile]);
  return ours && direct && differenceOf(values(ours), values(direct));
}

const rowOf = <T extends { readonly row: string }>(results: readonly T[], name: string): T | undefined =>
  results.find(({ row }) => row === name);

/** The goals, and whether each was met. */
export function goalsOf(measured: Measured): Goal[] {
  return [
    firstAmongProxies(measured),
    ...(['replicated', 'sharded'] as const).map((path) => manyKeys(measured, 'multiget', 'gets of 20 keys', path)),
    ...(['replicated', 'sharded'] as const).map((path) => manyKeys(measured, 'pipelined', '20 gets at once', path)),
    ...(['replicated', 'sharded'] as const).flatMap((path) => [
      cpuGoal(measured, path, 'twemproxy', 0.9),
      cpuGoal(measured, path, 'relay', 1.05),
    ]),
    sidecar(measured),
    recovery(measured),
    hitRatio(measured),
    ...synthesis(measured),
  ];
}

const notMeasured = 'not measured';

/** What does not carry each key to a node of its own is no rival: it is in the table. */
const rivals: readonly PathName[] = ['twemproxy', 'haproxy', 'nginx'];

function firstAmongProxies({ throughput }: Measured): Goal {
  const goal = "the default proxy's throughput, single requests: first among all proxies in every row";
  const seconds: string[] = [];
  let compared = 0;
  for (const result of throughput.filter(({ row }) => !row.includes('multiget') && row !== 'pipelined')) {
    const ours = besideDirect(result, 'replicated')?.median;
    if (ours === undefined) continue;
    compared += 1;
    const faster = rivals.filter((path) => (besideDirect(result, path)?.median ?? 0) > ours);
    if (faster.length > 0) seconds.push(`${result.row}: ${faster.join(', ')} faster`);
  }
  if (compared === 0) return { goal, bound: 'first', measured: notMeasured };
  return { goal, bound: 'first', measured: seconds.join('; ') || 'first', met: seconds.length === 0 };
}

function manyKeys({ throughput }: Measured, row: string, what: string, path: PathName): Goal {
  const result = rowOf(throughput, row);
  return atLeast(`throughput of ${what} beside direct, ${path}`, 0.8, result && besideDirect(result, path)?.median);
}

function cpuGoal({ throughput }: Measured, path: PathName, other: PathName, bound: number): Goal {
  const result = rowOf(throughput, 'get-heavy');
  return atMost(
    `CPU for an operation beside that of ${other}, ${path}`,
    bound,
    result && cpuBeside(result, path, other)?.median,
  );
}

function sidecar({ latency }: Measured): Goal {
  const result = rowOf(latency, 'latency-busy');
  const [near, far] = (['sidecar', 'tier'] as const).map((path) => result && added(result, path, 'p99')?.median);
  // What is within the noise of a direct connection is nothing to divide by.
  const beside = near !== undefined && far !== undefined && far > 0 ? Math.max(near, 0) / far : undefined;
  return atMost('added p99 of the sidecar beside the tier', 0.5, beside);
}

function recovery({ outage }: Measured): Goal {
  const [ours, reference] = ['replicated', 'reference'].map((name) => outage.find(({ path }) => path === name));
  const goal = atMost(
    'recovery from the loss of a node beside HAProxy with its usual health check, without errors',
    0.2,
    ours && reference && ours.recoverySeconds / reference.recoverySeconds,
  );
  return ours && goal.met
    ? { ...goal, measured: `${goal.measured}, ${ours.errors} errors`, met: ours.errors === 0 }
    : goal;
}

/** Three nodes, of which one is lost. */
function hitRatio({ outage }: Measured): Goal {
  const ratio = outage.find(({ path }) => path === 'sharded')?.hitRatio;
  const goal = 'hit ratio of a sharded cluster with a node lost beside (N−1)/N';
  if (ratio === undefined) return { goal, bound: 'within 1 %', measured: notMeasured };
  const off = ratio / (2 / 3) - 1;
  return { goal, bound: 'within 1 %', measured: `${(off * 100).toFixed(1)} %`, met: Math.abs(off) <= 0.01 };
}

function synthesis({ synthesis }: Measured): Goal[] {
  const row = synthesis?.rows.find(({ nodes, validated }) => nodes === 99 && !validated);
  return [
    atMost(
      'all of 99 nodes beside bare L1 resources without references, validation off',
      2,
      row && ratioOf(row.library, row.bare).median,
    ),
    atMost(
      'app.synth() of 99 nodes beside that of L1 resources, validation off',
      2,
      row && ratioOf(row.librarySynth, row.includedSynth).median,
    ),
  ];
}

const atMost = (goal: string, bound: number, value: number | undefined): Goal => ({
  goal,
  bound: `≤ ${bound}`,
  ...(value === undefined ? { measured: notMeasured } : { measured: value.toFixed(2), met: value <= bound }),
});

const atLeast = (goal: string, bound: number, value: number | undefined): Goal => ({
  goal,
  bound: `≥ ${bound}`,
  ...(value === undefined ? { measured: notMeasured } : { measured: value.toFixed(2), met: value >= bound }),
});
