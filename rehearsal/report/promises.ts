import type { Firing } from '../alarms/monitor';
import type { Topology } from '../assembly/plan';

export interface Counts {
  readonly requests: number;
  readonly errors: number;
  readonly hits: number;
  readonly misses: number;
  readonly staleReads: number;
}

/** The share of the reads that found a value; none when nothing was read. */
export const hitRatioOf = ({ hits, misses }: Pick<Counts, 'hits' | 'misses'>): number => hits / (hits + misses || 1);

/** Something the cluster promises its clients, and whether it kept it. */
export interface Promised {
  readonly promise: string;
  readonly bound: number;
  readonly measured: number;
  readonly kept: boolean;
}

const leastHitRatio = 0.999;
const missAllowance = 0.01;

/** What a topology promises in every scenario; `lostShare` is the share of the keys that the lost nodes held. */
export function promisesOf(topology: Topology, counts: Counts, lostShare: number): Promised[] {
  const reads = counts.hits + counts.misses;
  const errors = atMost('no operation fails after one reconnect', 0, counts.errors);
  if (topology === 'replicated') {
    const measured = hitRatioOf(counts);
    const promise = `at least ${leastHitRatio * 100} % of the reads of stored keys hit`;
    return [errors, { promise, bound: leastHitRatio, measured, kept: measured >= leastHitRatio }];
  }
  const bound = lostShare + missAllowance;
  const promise = `misses are at most the lost nodes' share of the keys (${percent(lostShare)}) and 1 %`;
  return [errors, atMost(promise, bound, reads === 0 ? 1 : counts.misses / reads)];
}

/** That no alarm fires for nothing, and one for a fault that lasts: `toldBy` are the names of those that tell of it. */
export function alarmPromise(alarms: readonly Firing[], toldBy?: RegExp): Promised {
  if (!toldBy) return atMost('no alarm fires', 0, alarms.length);
  const measured = alarms.filter(({ name, afterMinutes }) => toldBy.test(name) && afterMinutes > 0).length;
  const promise = `an alarm names the fault (${toldBy.source.replace('|', ' or ')})`;
  return { promise, bound: 1, measured, kept: measured >= 1 };
}

const atMost = (promise: string, bound: number, measured: number): Promised => ({
  promise,
  bound,
  measured,
  kept: measured <= bound,
});

const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`;
