import { setTimeout as sleep } from 'node:timers/promises';
import type { Firing, Monitor } from '../alarms/monitor';

/** A scenario's minutes around the fault: nothing changes in them, so that they need not last. */
const before = 2;
const after = 3;
/** Of a fault that lasts; where an alarm looks farther back than the most, that is the most. */
const leastLasting = 3;
const mostLasting = 10;

/** How long a minute is; and how long it is made to last when nothing changes in it: rates need some traffic. */
const real = { minuteMs: 60_000, steadyMinuteMs: 250 };

/** The minutes of a scenario, each with a run of the probe. Without a monitor there are none. */
export class Minutes {
  constructor(
    private readonly monitor: Monitor | undefined,
    private readonly lengths = real,
  ) {}

  async before(): Promise<void> {
    await this.monitor?.begin();
    await this.many(before);
  }

  /** So many that every alarm sees nothing but these. */
  async healthy(label: string): Promise<void> {
    await this.monitor?.begin();
    this.strike(label);
    await this.many(this.monitor?.longestWindow ?? 0);
  }

  /** The fault has happened: what comes is measured from here. */
  strike(label: string): void {
    this.monitor?.strike(label);
  }

  /** A run at once, the worst case, and one for each further minute that repair really takes. */
  async whileRepairing(repaired: Promise<void>): Promise<void> {
    const over = new AbortController();
    const end = repaired.finally(() => over.abort());
    end.catch(() => {}); // awaited below
    const startedAt = Date.now();
    for (let count = 1; this.monitor && !over.signal.aborted; count += 1) {
      await this.monitor.minute();
      const untilNext = Math.max(0, startedAt + count * this.lengths.minuteMs - Date.now());
      await sleep(untilNext, undefined, { signal: over.signal }).catch(() => {});
    }
    await end;
  }

  /** Runs back to back while something stays broken, until no alarm is left that would still fire. Says how many. */
  async untilDecided(): Promise<number> {
    const { monitor } = this;
    const most = Math.max(mostLasting, monitor?.longestWindow ?? 0);
    let count = 0;
    const decided = () => count >= leastLasting && !monitor?.pending && monitor?.firings.length !== 0;
    while (monitor && count < most && !decided()) {
      await this.steadyMinute();
      count += 1;
    }
    return count;
  }

  async after(): Promise<void> {
    await this.many(after);
  }

  get firings(): Firing[] {
    return this.monitor?.firings ?? [];
  }

  private async many(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await this.steadyMinute();
  }

  private async steadyMinute(): Promise<void> {
    if (!this.monitor) return;
    await sleep(this.lengths.steadyMinuteMs);
    await this.monitor.minute();
  }
}
