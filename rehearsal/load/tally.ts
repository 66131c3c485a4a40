/** What a workload counted while it ran. */
export interface Tally {
  requests: number;
  /** Operations that failed after as many reconnects as clients make: one, or more where a proxy is dead. */
  errors: number;
  /** The same by client library, where it is known. */
  errorsBy: Record<string, number>;
  hits: number;
  misses: number;
  /** Reads that answered an older value than the last acknowledged one. */
  staleReads: number;
  /** Operations that needed a reconnect. */
  retries: number;
  /** Operations that needed more than one. */
  retriedAgain: number;
  /** When the last operation ended that needed a reconnect, as a time of day. */
  lastRetryAt: number;
  latenciesMs: number[];
  /** The longest that the computer kept a client, or an idle one on one of the first processors, from running. */
  stallMs: number;
  /** A few of the errors, as examples. */
  errorMessages: string[];
}

export const emptyTally = (): Tally => ({
  requests: 0,
  errors: 0,
  errorsBy: {},
  hits: 0,
  misses: 0,
  staleReads: 0,
  retries: 0,
  retriedAgain: 0,
  lastRetryAt: 0,
  latenciesMs: [],
  stallMs: 0,
  errorMessages: [],
});

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = emptyTally();
  for (const tally of tallies) {
    for (const key of ['requests', 'errors', 'hits', 'misses', 'staleReads', 'retries', 'retriedAgain'] as const)
      sum[key] += tally[key];
    for (const [library, errors] of Object.entries(tally.errorsBy)) {
      sum.errorsBy[library] = (sum.errorsBy[library] ?? 0) + errors;
    }
    sum.lastRetryAt = Math.max(sum.lastRetryAt, tally.lastRetryAt);
    sum.stallMs = Math.max(sum.stallMs, tally.stallMs);
    for (const latency of tally.latenciesMs) sum.latenciesMs.push(latency);
    sum.errorMessages.push(...tally.errorMessages);
  }
  return sum;
}

/** The smallest value that so many percent of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}
