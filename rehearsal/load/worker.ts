import { setTimeout as sleep } from 'node:timers/promises';
import { Entry } from './entry';
import type { CacheClient } from './libraries';
import { clientTimeoutMs } from './libraries';
import { emptyTally, type Tally } from './tally';

export interface WorkerOptions {
  readonly connect: () => CacheClient;
  /** The keys that this worker alone writes. */
  readonly names: readonly string[];
  /** The pause between two operations, so that the load leaves the computer room to breathe. */
  readonly pauseMs: number;
  readonly shareOfSets: number;
}

/** One client with one connection: it reads and writes its own keys, one operation after the other. */
export class Worker {
  private readonly entries: Entry[];
  private client: CacheClient | undefined;
  private tally = emptyTally();
  private running: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(private readonly options: WorkerOptions) {
    this.entries = options.names.map((name) => new Entry(name));
  }

  /** Stores every key again, until it is acknowledged. */
  async prime(deadline: number): Promise<void> {
    for (const entry of this.entries) {
      for (;;) {
        try {
          await this.set(entry);
          break;
        } catch (error) {
          this.disconnect();
          if (Date.now() > deadline)
            throw new Error(`cannot store ${entry.key}: ${(error as Error).message}`, { cause: error });
          await sleep(50);
        }
      }
    }
  }

  start(): void {
    this.tally = emptyTally();
    this.stopping = false;
    this.running = this.loop();
  }

  async stop(): Promise<Tally> {
    this.stopping = true;
    await this.running;
    return this.tally;
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      const entry = this.entries[Math.floor(Math.random() * this.entries.length)]!;
      const isSet = Math.random() < this.options.shareOfSets;
      await this.measured(() => (isSet ? this.set(entry) : this.get(entry)));
      await sleep(this.options.pauseMs);
    }
  }

  /** One operation as an application does it: when it fails, reconnect at once and try again, once. */
  private async measured(operation: () => Promise<void>): Promise<void> {
    const { tally } = this;
    const start = performance.now();
    tally.requests += 1;
    try {
      await operation();
    } catch {
      this.disconnect();
      tally.retries += 1;
      try {
        await operation();
      } catch (error) {
        this.disconnect();
        this.fail((error as Error).message);
      }
      tally.lastRetryAt = Date.now();
    }
    tally.latenciesMs.push(Math.round((performance.now() - start) * 100) / 100);
  }

  private fail(message: string): void {
    this.tally.errors += 1;
    if (this.tally.errorMessages.length < 5) this.tally.errorMessages.push(message);
  }

  private async set(entry: Entry): Promise<void> {
    const value = entry.nextValue();
    await this.bounded((client) => client.set(entry.key, value));
    entry.acknowledge(value);
  }

  private async get(entry: Entry): Promise<void> {
    const judgement = entry.judge(await this.bounded((client) => client.get(entry.key)));
    if (judgement === 'wrong') this.fail(`${entry.key} answered with a value that was never written`);
    else if (judgement === 'miss') this.tally.misses += 1;
    else this.tally.hits += 1;
    if (judgement === 'stale') this.tally.staleReads += 1;
  }

  /** The time-out holds for connecting too, whatever the library does. */
  private async bounded<T>(operation: (client: CacheClient) => Promise<T>): Promise<T> {
    this.client ??= this.options.connect();
    let timer: NodeJS.Timeout;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${clientTimeoutMs} ms`)), clientTimeoutMs);
    });
    return Promise.race([operation(this.client), late]).finally(() => clearTimeout(timer));
  }

  private disconnect(): void {
    this.client?.close();
    this.client = undefined;
  }
}
