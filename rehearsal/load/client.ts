import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { libraries } from './libraries';
import { keyNames, type Library } from './library-names';
import { addTallies } from './tally';
import { Worker } from './worker';

/** The client process: it runs on a host of the rehearsal and is told by lines on stdin what to do. */
export interface ClientOptions {
  readonly server: string;
  readonly library: Library;
  readonly workers: number;
  readonly keysPerWorker: number;
  readonly pauseMs: number;
}

export type ClientCommand = 'prime' | 'start' | 'stop';

const primeWithinMs = 30_000;

function main(options: ClientOptions): void {
  // What a library throws outside of an operation's promise belongs to a connection that has been given up.
  process.on('uncaughtException', (error) => console.error(error));
  process.on('unhandledRejection', (error) => console.error(error));

  const workers = Array.from(
    { length: options.workers },
    (_, i) =>
      new Worker({
        connect: () => libraries[options.library](options.server),
        names: keyNames(options.library, i, options.keysPerWorker),
        pauseMs: options.pauseMs,
        shareOfSets: 0.1,
      }),
  );
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const commands: Record<ClientCommand, () => Promise<unknown>> = {
    prime: () => Promise.all(workers.map((worker) => worker.prime(Date.now() + primeWithinMs))).then(() => true),
    start: async () => {
      delay.reset();
      workers.forEach((worker) => worker.start());
    },
    stop: async () => ({
      ...addTallies(await Promise.all(workers.map((worker) => worker.stop()))),
      stallMs: Math.round(delay.max / 1e6),
    }),
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

main(JSON.parse(process.argv[2]!));
