import type { ClusterMetricName } from '../../lib/contract/metric-names';
import type { Figures } from './rates';
import { known, total, type Statistics } from './statistics';

/** What memcached's proxy counts of a sample of requests: kind, outcome, and the milliseconds that it took at the most. */
export type OutcomeCounter = `${'read' | 'write'}_${string}`;

/** What no request is taken to exceed: nodes are given up before. */
const LONGEST_MS = 1000;

const NAME = /^user_((?:read|write)_(?:hit|miss|error|done)_(?:\d+|more))$/;

/** The counters among a proxy's statistics. */
export function outcomeCounters(proxy: Statistics): Figures<OutcomeCounter> {
  return known(
    Object.fromEntries(
      Object.keys(proxy).flatMap((name) => (NAME.test(name) ? [[name.slice('user_'.length), total(proxy[name])]] : [])),
    ),
  );
}

/** What clients saw, by the rates of these counters; nothing of what nobody asked for. */
export function clientFigures(rates: Figures): Figures<ClusterMetricName> {
  const steps = Object.entries(rates).flatMap(([name, rate = 0]) => {
    const [, kind, outcome, bound] = /^(read|write)_([a-z]+)_(\d+|more)$/.exec(name) ?? [];
    return kind === undefined ? [] : [{ kind, outcome, bound: bound === 'more' ? LONGEST_MS : Number(bound), rate }];
  });
  const count = (...outcomes: string[]): number =>
    steps.reduce((sum, { outcome, rate }) => sum + (outcomes.includes(outcome) ? rate : 0), 0);
  const those = (kind: string, outcome?: string): Step[] =>
    steps.filter((step) => step.kind === kind && (outcome === undefined || step.outcome === outcome));
  const share = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);
  return known({
    ClientHitRatio: share(count('hit'), count('hit', 'miss')),
    ClientErrors: share(count('error'), count('hit', 'miss', 'error', 'done')),
    ReadLatency: percentile(those('read')),
    ReadHitLatency: percentile(those('read', 'hit')),
    ReadMissLatency: percentile(those('read', 'miss')),
    ReadErrorLatency: percentile(those('read', 'error')),
    WriteLatency: percentile(those('write')),
    WriteDoneLatency: percentile(those('write', 'done')),
    WriteErrorLatency: percentile(those('write', 'error')),
  });
}

interface Step {
  readonly bound: number;
  readonly rate: number;
}

/** What 99 of 100 stay below: within a step they are taken to lie evenly. */
function percentile(steps: readonly Step[], share = 0.99): number | undefined {
  const all = steps.reduce((sum, { rate }) => sum + rate, 0);
  if (all === 0) return undefined;
  const bounds = [...new Set(steps.map(({ bound }) => bound))].sort((a, b) => a - b);
  let [below, from] = [0, 0];
  for (const bound of bounds) {
    const within = steps.reduce((sum, step) => sum + (step.bound === bound ? step.rate : 0), 0);
    if (within > 0 && below + within >= share * all) {
      return from + ((bound - from) * (share * all - below)) / within;
    }
    below += within;
    from = bound;
  }
  return from;
}
