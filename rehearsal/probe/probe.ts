import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProbePlan } from '../assembly/plan';
import { within } from '../cloud/wait';
import { messageOf } from '../errors';
import type { Spawner } from '../clients/run-in';
import type { Log } from '../namespace/log';
import { childrenOf, kill } from '../namespace/processes';
import { systemPath } from '../tools/command';

/** A host that programs can be started on, with its log. */
export type ProbeHost = Spawner & { readonly log: Pick<Log, 'write' | 'tail' | 'follow'> };

/** A run that is under way. */
interface Run {
  wrote(line: string): void;
  failed(error: Error): void;
}

/** The probe's own code, on a host in a subnet of the function. */
export class Probe {
  private runtime: ChildProcess | undefined;
  private current: Run | undefined;
  private count = 0;

  constructor(
    private readonly host: ProbeHost,
    private readonly plan: ProbePlan,
    private readonly runtimeScript = join(__dirname, 'lambda-runtime.js'),
  ) {}

  /** Runs it once and gives back the lines that it wrote, be it to its end or not. */
  async run(): Promise<string[]> {
    const lines: string[] = [];
    try {
      await this.invoke((line) => lines.push(line));
    } catch (error) {
      this.host.log.write('lambda', messageOf(error));
      this.stop();
    }
    return lines;
  }

  /** Runs it for the first time: counters have no rates before, and code that does not run at all is told. */
  async warmUp(): Promise<void> {
    try {
      await this.invoke(() => {});
    } catch (error) {
      throw new Error(`the probe does not run: ${messageOf(error)}; the end of its log:\n${this.host.log.tail()}`, {
        cause: error,
      });
    }
  }

  private async invoke(keep: (line: string) => void): Promise<void> {
    const id = (this.count += 1);
    const failure = `FAILED ${id} `;
    this.runtime ??= this.start();
    const ended = new Promise<void>((resolve, reject) => {
      const wrote = (line: string) => {
        if (line === `END ${id}`) resolve();
        else if (line.startsWith(failure)) reject(new Error(`the function failed: ${line.slice(failure.length)}`));
        else keep(line);
      };
      this.current = { wrote, failed: reject };
    });
    this.runtime.stdin!.write(`${id} ${this.plan.event}\n`);
    await within(this.plan.timeoutSeconds * 1000, ended, () => 'the function to end, which is its time-out');
  }

  private start(): ChildProcess {
    const { environment, folder, handler } = this.plan;
    const variables = Object.entries({ PATH: systemPath, ...environment }).map(([name, value]) => `${name}=${value}`);
    const program = [process.execPath, this.runtimeScript, folder, handler];
    const runtime = this.host.spawn(['/usr/bin/env', '-i', ...variables, ...program], 'pipe');
    this.host.log.follow('probe', runtime.stderr!);
    createInterface({ input: runtime.stdout! }).on('line', (line) => {
      this.host.log.write('probe', line);
      if (runtime === this.runtime) this.current?.wrote(line);
    });
    runtime.stdin!.on('error', () => {}); // its process may have ended
    runtime.once('close', (code) => {
      if (runtime !== this.runtime) return;
      this.runtime = undefined;
      this.current?.failed(new Error(`the function's process ended with ${code}`));
    });
    return runtime;
  }

  /** A next run would have a new environment, as after a time-out on Lambda. */
  stop(): void {
    // The function is a child of the program that enters the host.
    for (const pid of this.runtime ? childrenOf(this.runtime.pid!) : []) kill(pid);
    this.runtime = undefined;
  }
}
