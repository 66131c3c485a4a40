import type { CommandResult } from '../tools/command';
import type { Host } from '../namespace/host';

/** What a check needs of a host: to start programs there. */
export type Spawner = Pick<Host, 'spawn'>;

export interface Server {
  readonly host: string;
  readonly port: number;
}

export interface RunOptions {
  readonly withinSeconds: number;
  readonly input?: string;
}

/** Runs a program on a host and gives back all it said until it ended or its time was up. */
export function runIn(host: Spawner, argv: readonly string[], options: RunOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    // `timeout` runs on the host too: to end the process that enters the host would leave the program there.
    const child = host.spawn(['timeout', '-s', 'KILL', String(options.withinSeconds), ...argv], 'pipe');
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (chunk) => (stdout += chunk));
    child.stderr!.on('data', (chunk) => (stderr += chunk));
    child.stdin!.on('error', () => {}); // the program may end before it has read everything
    child.stdin!.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 137, stdout, stderr }));
  });
}
