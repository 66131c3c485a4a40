import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Sbin folders are not on an ordinary user's PATH, and mount tools live there. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a program to its end and gives back all it said. */
export function run(argv: readonly string[], options: { input?: string; timeoutMs?: number } = {}) {
  return new Promise<CommandResult>((resolve, reject) => {
    const [program, ...rest] = argv;
    const child = spawn(program!, rest, {
      env: { ...process.env, PATH: `${process.env.PATH ?? ''}:${systemPath}` },
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.stdin.on('error', () => {}); // the program may end before it has read everything
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 137, stdout, stderr }));
  });
}

/** Like `run`, but a failure is an error that shows the last lines of what the program said. */
export async function mustRun(argv: readonly string[], options: { input?: string; timeoutMs?: number } = {}) {
  const result = await run(argv, options);
  if (result.code !== 0) {
    const said = (result.stderr || result.stdout).trim().split('\n').slice(-8).join('\n');
    throw new Error(`${argv.slice(0, 6).join(' ')} … exited with ${result.code}: ${said}`);
  }
  return result.stdout;
}
