import { ALARM, zoneOfAlarm } from '../../lib/contract/alarm-ids';
import type { Firing } from '../alarms/monitor';
import type { Topology } from '../assembly/plan';
import type { ExpectedAlarms } from '../scenarios/expected-alarms';

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

/** Least shares of the reads that hit. `allowance`: the share that may miss beyond that of the lost nodes' keys. */
export const hitBounds = { replicated: 0.999, afterSecond: 0.99, allowance: 0.01 } as const;

/**
 * What a topology promises in every scenario. `lostShare` is the share of the keys that the lost nodes held, `reconnects` how
 * often clients reconnect before an operation counts as failed.
 */
export function promisesOf(topology: Topology, counts: Counts, lostShare: number, reconnects = 1): Promised[] {
  const reads = counts.hits + counts.misses;
  const often = reconnects === 1 ? 'one reconnect' : `${reconnects} reconnects`;
  const errors = atMost(`no operation fails after ${often}`, 0, counts.errors);
  if (topology === 'replicated') {
    const bound = hitBounds.replicated;
    return [errors, atLeast(`at least ${bound * 100} % of the reads of stored keys hit`, bound, hitRatioOf(counts))];
  }
  const bound = lostShare + hitBounds.allowance;
  const promise = `misses are at most the lost nodes' share of the keys (${percent(lostShare)}) and 1 %`;
  return [errors, atMost(promise, bound, reads === 0 ? 1 : counts.misses / reads)];
}

/** Of a fault that nothing can spare clients: `counts` are without what was counted while it lasted. */
export const backPromise = ({ errors }: Counts): Promised => atMost('no operation fails once it is back', 0, errors);

/** What became of keys that nobody overwrote while the cluster was updated. */
export interface KeysAfterUpdate {
  /** Of those that were stored, the share that is no longer found. */
  readonly lostShare: number;
  /** The share whose place is on a node that is new, was emptied, or is gone. */
  readonly boundShare: number;
  /** How many nodes the update leaves as they are, and how many keys they no longer hold. */
  readonly staying: number;
  readonly dropped: number;
}

/** Of an update of the nodes or the proxies. */
export const updatePromises = (
  { errors }: Counts,
  { lostShare, boundShare, staying, dropped }: KeysAfterUpdate,
): Promised[] => [
  atMost('no operation fails after one reconnect', 0, errors),
  atMost(`at most ${percent(boundShare)} of the keys and 1 % are lost`, boundShare + hitBounds.allowance, lostShare),
  atMost(`the ${staying} nodes that stay keep every key that they held`, 0, dropped),
];

/** Of a node that comes back with what it held. */
export const freshPromise = ({ staleReads }: Counts): Promised =>
  atMost('no read is older than the last acknowledged write', 0, staleReads);

/** Of the second of two faults in a row. */
export function secondPromise(since: Counts): Promised {
  const bound = hitBounds.afterSecond;
  const promise = `at least ${bound * 100} % of the reads hit after the second fault, of keys read since the first`;
  return atLeast(promise, bound, hitRatioOf(since));
}

/** That no alarm fires for nothing; for a fault that lasts, that those fire that should, and no others mislead. */
export function alarmPromises(firings: readonly Firing[], errors: number, expected?: ExpectedAlarms): Promised[] {
  if (!expected) return [atMost('no alarm fires', 0, firings.length)];
  const { zone, alarms } = expected;
  const astray = firings.filter(({ name }) => (zoneOfAlarm(name) ?? zone) !== zone);
  const down = firings.filter(({ name }) => name === ALARM.cacheDown && errors === 0);
  return [
    ...(alarms.length > 0 ? [allFire(firings, alarms)] : []),
    atMost(`no alarm names another zone than ${zone}`, 0, astray.length),
    atMost(`${ALARM.cacheDown} does not fire while no operation fails`, 0, down.length),
  ];
}

/** Of a whole cluster: an alarm on a metric that nothing publishes would never fire. */
export function figuresPromise(withoutFigures: readonly string[]): Promised {
  const none = withoutFigures.length > 0 ? ` (none: ${withoutFigures.join(', ')})` : '';
  return atMost(`the metric of every alarm has figures${none}`, 0, withoutFigures.length);
}

function allFire(firings: readonly Firing[], alarms: readonly string[]): Promised {
  const fired = firings.filter(({ name, afterMinutes }) => alarms.includes(name) && afterMinutes > 0);
  return atLeast(`the fault fires ${alarms.join(' and ')}`, alarms.length, fired.length);
}

const atMost = (promise: string, bound: number, measured: number): Promised => ({
  promise,
  bound,
  measured,
  kept: measured <= bound,
});

const atLeast = (promise: string, bound: number, measured: number): Promised => ({
  promise,
  bound,
  measured,
  kept: measured >= bound,
});

const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`;
