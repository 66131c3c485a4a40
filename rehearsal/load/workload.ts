import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Host } from '../namespace/host';
import type { ClientCommand, ClientOptions } from './client';
import { keyNames, libraryNames } from './library-names';
import { processors } from './processors';
import { addTallies, type Tally } from './tally';
import type { ClientTls } from './tls-relay';
import { watchedKeys } from './worker';

const perLibrary = { workers: 8, keysPerWorker: 500, pauseMs: 10 };
const mostWatched = 4;

/**
 * The load on the endpoint: a process for each client library, on a host of its own in the VPC. It also tells how long this
 * computer stood still.
 */
export class Workload {
  private readonly processes: ClientProcess[];
  private generation = 0;

  /** `servers` are as `host:port`: the endpoint, or the nodes over which clients hash the keys. */
  constructor(host: Host, servers: readonly string[], tls?: ClientTls) {
    const clients = libraryNames.map(
      (library) => new ClientProcess(library, host, { servers, tls, library, ...perLibrary }),
    );
    this.processes = [...clients, ...watchersOf(host)];
  }

  /** Stores new keys, through new clients; those before are not asked for again. */
  async prime(): Promise<void> {
    this.generation += 1;
    await this.all('prime');
  }

  /** From now on, until the next are stored, an operation may reconnect several times before it counts as failed. */
  async patient(): Promise<void> {
    await this.all('patient');
  }

  async start(): Promise<void> {
    await this.all('start');
  }

  /** What was counted since the start or the last lap. */
  async lap(): Promise<Tally> {
    return addTallies((await this.all('lap')) as Tally[]);
  }

  /** Ends the last lap. */
  async stop(): Promise<Tally> {
    return addTallies((await this.all('stop')) as Tally[]);
  }

  /** Reads every key once, after the last lap. */
  async sweep(): Promise<Tally> {
    return addTallies((await this.all('sweep')) as Tally[]);
  }

  /** From now on a few keys only, which are overwritten often. */
  async overwrite(): Promise<void> {
    await this.all('overwrite');
  }

  /** From now on half of these are left as they are. */
  async watch(): Promise<void> {
    await this.all('watch');
  }

  /** Every key that is stored, or those that stale reads are looked for among. */
  keys(watched = false): string[] {
    const { workers, keysPerWorker } = perLibrary;
    const count = watched ? watchedKeys : keysPerWorker;
    return libraryNames.flatMap((library) =>
      Array.from({ length: workers }, (_, i) => keyNames(library, this.generation, i, count)).flat(),
    );
  }

  private all(command: ClientCommand): Promise<unknown[]> {
    return Promise.all(this.processes.map((each) => each.ask(command)));
  }
}

/**
 * One processor may stand still, with all that runs on it, while the clients run on another. So a client with nothing to do
 * sits on each of the first few, and counts how long it was kept from running.
 */
function watchersOf(host: Host): ClientProcess[] {
  const idle: ClientOptions = { servers: [], library: libraryNames[0], ...perLibrary, workers: 0 };
  return processors()
    .slice(0, mostWatched)
    .map((each) => new ClientProcess(`processor ${each}`, host, idle, ['taskset', '--cpu-list', `${each}`]));
}

class ClientProcess {
  private readonly process: ChildProcess;
  private readonly waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  private ended: Error | undefined;

  constructor(name: string, host: Host, options: ClientOptions, launcher: readonly string[] = []) {
    const script = join(__dirname, 'client.js');
    this.process = host.spawn([...launcher, process.execPath, script, JSON.stringify(options)], 'pipe');
    host.log.follow(name, this.process.stderr!);
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      const answer = JSON.parse(line) as { result?: unknown; error?: string };
      const asked = this.waiting.shift();
      if (answer.error === undefined) asked?.resolve(answer.result);
      else asked?.reject(new Error(`${name}: ${answer.error}`));
    });
    this.process.once('close', (code) => {
      this.ended = new Error(`the client process of ${name} ended with ${code}: ${host.log.tail()}`);
      for (const { reject } of this.waiting) reject(this.ended);
    });
    // What cannot be written is told when it closes.
    this.process.stdin!.on('error', () => {});
  }

  ask(command: ClientCommand): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.waiting.push({ resolve, reject });
      this.process.stdin!.write(`${command}\n`);
    });
  }
}
