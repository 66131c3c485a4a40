import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheClient } from './cache-client';
import type { ClientPool } from './client-pool';
import { Entry } from './entry';
import { emptyTally, type Tally } from './tally';

/** How many of its first keys a worker uses while stale reads are looked for. */
export const watchedKeys = 20;

/**
 * Which keys a worker uses: all of them; or the watched ones, which it overwrites often; or the watched ones, of which it
 * overwrites the second half and leaves the first as it is.
 */
export type Phase = 'all' | 'overwrite' | 'watch';

/**
 * How often a patient client reconnects for one operation. An attempt that meets a dead proxy costs no more than the time-out
 * on connecting; where half of the proxies are dead, one operation in a million fails so many times.
 */
export const patientReconnects = 20;

const shareOfOverwrites = 0.3;

export interface WorkerOptions {
  readonly writer: CacheClient;
  readonly readers: ClientPool;
  /** The keys that this worker alone writes. */
  readonly names: readonly string[];
  /** The pause between two operations, so that the load leaves the computer room to breathe. */
  readonly pauseMs: number;
  readonly shareOfSets: number;
}

/**
 * Reads and writes keys of its own, one operation after the other: what it wrote through one connection it has to find
 * through others.
 */
export class Worker {
  private readonly entries: Entry[];
  private tally = emptyTally();
  private running: Promise<void> = Promise.resolve();
  private stopping = false;
  phase: Phase = 'all';
  mostReconnects = 1;

  constructor(private readonly options: WorkerOptions) {
    this.entries = options.names.map((name) => new Entry(name));
  }

  /** Stores every key, until it is acknowledged. */
  async prime(deadline: number): Promise<void> {
    const { writer } = this.options;
    for (const entry of this.entries) {
      for (;;) {
        try {
          await this.set(writer, entry);
          break;
        } catch (error) {
          writer.reconnect();
          if (Date.now() > deadline)
            throw new Error(`cannot store ${entry.key}: ${(error as Error).message}`, { cause: error });
          await sleep(50);
        }
      }
    }
    // Under load another process would overwrite them.
    writer.reconnect();
  }

  start(): void {
    this.tally = emptyTally();
    this.stopping = false;
    this.running = this.loop();
  }

  /** What it counted since the start or the last lap. */
  lap(): Tally {
    const { tally } = this;
    this.tally = emptyTally();
    return tally;
  }

  async stop(): Promise<Tally> {
    this.stopping = true;
    await this.running;
    return this.lap();
  }

  /** Reads every key once, after the stop. */
  async sweep(): Promise<Tally> {
    const { readers } = this.options;
    for (const entry of this.entries) {
      await readers.borrow((reader) => this.measured(reader, () => this.get(reader, entry)));
    }
    return this.lap();
  }

  private async loop(): Promise<void> {
    const { writer, readers, shareOfSets, pauseMs } = this.options;
    while (!this.stopping) {
      const used = this.phase === 'all' ? this.entries : this.entries.slice(0, watchedKeys);
      const at = Math.floor(Math.random() * used.length);
      const entry = used[at]!;
      const mayWrite = this.phase !== 'watch' || at >= used.length / 2;
      const share = this.phase === 'overwrite' ? shareOfOverwrites : shareOfSets;
      if (mayWrite && Math.random() < share) await this.measured(writer, () => this.set(writer, entry));
      else await readers.borrow((reader) => this.measured(reader, () => this.get(reader, entry)));
      await sleep(pauseMs);
    }
  }

  /** One operation as an application does it: when it fails, reconnect at once and try again. */
  private async measured(client: CacheClient, operation: () => Promise<void>): Promise<void> {
    const start = performance.now();
    let reconnects = 0;
    for (;;) {
      try {
        await operation();
        break;
      } catch (error) {
        client.reconnect();
        if (reconnects === this.mostReconnects) {
          this.fail((error as Error).message);
          break;
        }
        reconnects += 1;
      }
    }
    if (reconnects > 0) {
      this.tally.retries += 1;
      this.tally.lastRetryAt = Date.now();
    }
    if (reconnects > 1) this.tally.retriedAgain += 1;
    this.tally.requests += 1;
    this.tally.latenciesMs.push(Math.round((performance.now() - start) * 100) / 100);
  }

  private fail(message: string): void {
    this.tally.errors += 1;
    if (this.tally.errorMessages.length < 5) this.tally.errorMessages.push(message);
  }

  private async set(writer: CacheClient, entry: Entry): Promise<void> {
    const value = entry.nextValue();
    await writer.set(entry.key, value);
    entry.acknowledge(value);
  }

  private async get(reader: CacheClient, entry: Entry): Promise<void> {
    const judgement = entry.judge(await reader.get(entry.key));
    if (judgement === 'wrong') this.fail(`${entry.key} answered with a value that was never written`);
    else if (judgement === 'miss') this.tally.misses += 1;
    else this.tally.hits += 1;
    if (judgement === 'stale') this.tally.staleReads += 1;
  }
}
