import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import type { CacheClient } from './cache-client';
import { ClientPool } from './client-pool';
import { libraries } from './libraries';
import { keyNames, type Library } from './library-names';
import { addTallies, type Tally } from './tally';
import { type ClientTls, tlsRelay } from './tls-relay';
import { patientReconnects, type Phase, Worker } from './worker';

/** The client process: it runs on a host of the rehearsal and is told by lines on stdin what to do. */
export interface ClientOptions {
  /** As `host:port`; over several the keys are hashed. */
  readonly servers: readonly string[];
  /** Absent where clients speak in plain. */
  readonly tls?: ClientTls;
  readonly library: Library;
  readonly workers: number;
  readonly keysPerWorker: number;
  readonly pauseMs: number;
}

export type ClientCommand = 'prime' | 'start' | 'lap' | 'stop' | 'sweep' | 'patient' | Exclude<Phase, 'all'>;

const primeWithinMs = 30_000;
const readersPerWorker = 2;

async function main(options: ClientOptions): Promise<void> {
  // What a library throws outside of an operation's promise belongs to a connection that has been given up.
  process.on('uncaughtException', (error) => console.error(error));
  process.on('unhandledRejection', (error) => console.error(error));

  const { library, tls, keysPerWorker, pauseMs } = options;
  const servers = tls ? await Promise.all(options.servers.map((each) => tlsRelay(each, tls))) : options.servers;
  let clients: CacheClient[] = [];
  let workers: Worker[] = [];
  const connect = (): CacheClient => {
    const client = libraries[library](servers);
    clients.push(client);
    return client;
  };
  /** With new clients, which know nothing of what was lost before. */
  const makeWorkers = (generation: number) => {
    for (const client of clients) client.reconnect();
    clients = [];
    const readers = new ClientPool(Array.from({ length: options.workers * readersPerWorker }, connect));
    workers = Array.from({ length: options.workers }, (_, i) => {
      const names = keyNames(library, generation, i, keysPerWorker);
      return new Worker({ writer: connect(), readers, names, pauseMs, shareOfSets: 0.1 });
    });
  };
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const counted = (tallies: readonly Tally[]) => {
    const stallMs = Math.round(delay.max / 1e6);
    delay.reset();
    const tally = addTallies(tallies);
    return { ...tally, errorsBy: tally.errors > 0 ? { [library]: tally.errors } : {}, stallMs };
  };
  let generation = 0;
  const commands: Record<ClientCommand, () => Promise<unknown>> = {
    prime: async () => {
      makeWorkers((generation += 1));
      const deadline = Date.now() + primeWithinMs;
      await Promise.all(workers.map((worker) => worker.prime(deadline)));
    },
    start: async () => {
      delay.reset();
      workers.forEach((worker) => worker.start());
    },
    lap: async () => counted(workers.map((worker) => worker.lap())),
    overwrite: async () => workers.forEach((worker) => (worker.phase = 'overwrite')),
    patient: async () => workers.forEach((worker) => (worker.mostReconnects = patientReconnects)),
    watch: async () => workers.forEach((worker) => (worker.phase = 'watch')),
    stop: async () => counted(await Promise.all(workers.map((worker) => worker.stop()))),
    sweep: async () => counted(await Promise.all(workers.map((worker) => worker.sweep()))),
  };
  createInterface({ input: process.stdin }).on('line', async (line) => {
    try {
      const result = await commands[line as ClientCommand]();
      console.log(JSON.stringify({ result: result ?? null }));
    } catch (error) {
      console.log(JSON.stringify({ error: (error as Error).message }));
    }
  });
}

void main(JSON.parse(process.argv[2]!));
