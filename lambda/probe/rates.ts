/** Numbers by their names, as far as there are any. */
export type Figures<Name extends string = string> = Partial<Record<Name, number>>;

/** What a target's counters said at a time. */
export interface Counted<Name extends string = string> {
  /** Milliseconds since 1970. Not of the monotonic clock, which stands still while the function is frozen. */
  readonly at: number;

  /** Of the process, as far as it tells. */
  readonly pid?: number;

  /** Seconds since the process started, as far as it tells. */
  readonly uptime?: number;

  readonly counters: Figures<Name>;
}

/** Uptimes are whole seconds, and told a moment before or after the answer is timed. */
const SLACK_SECONDS = 2;

/**
 * How fast counters grew, by the second. After a restart, and after one was set back by hand, they count from zero; of
 * a restarted process the time since its start is what counts. A counter that has no value before has no rate.
 */
export function rates<Name extends string>(before: Counted<Name>, now: Counted<Name>): Figures<Name> {
  const names = Object.keys(now.counters) as Name[];
  const apart = (now.at - before.at) / 1000;
  // In a container every process has the same pid, and a young one may be as old again when it is asked next.
  const older = (now.uptime ?? 0) - (before.uptime ?? 0);
  const restarted = now.pid !== before.pid || older < 0 || (now.uptime !== undefined && older + SLACK_SECONDS < apart);
  const fromZero = restarted || names.some((name) => now.counters[name]! < (before.counters[name] ?? 0));
  const seconds = restarted ? Math.min(apart, Math.max(1, now.uptime ?? apart)) : apart;
  // The clock was set back.
  if (seconds <= 0) return {};
  const figures: Figures<Name> = {};
  for (const name of names) {
    const start = fromZero ? 0 : before.counters[name];
    if (start !== undefined) figures[name] = (now.counters[name]! - start) / seconds;
  }
  return figures;
}
