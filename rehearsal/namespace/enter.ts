import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { systemPath } from '../tools/command';

const rootfsVariable = 'CDK_MEMCACHED_ROOTFS';

/** The root filesystem of all hosts, for the program that runs inside the namespaces; none outside. */
export const rootfsInside = (): string | undefined => process.env[rootfsVariable];

/**
 * Starts this program again with the same arguments, as root of its own user, network, mount and process namespaces; an
 * ordinary user may. When its first process ends, for whatever reason, the kernel ends and removes all that a rehearsal
 * has made.
 */
export function enterNamespaces(argv: string[], rootfs: string): Promise<number> {
  const namespaces = [
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  // Servers ask for more open files than a shell's usual soft limit. The shell stays, as the first process: it reaps what
  // node does not know of, such as a health check that took too long. Unreaped, that keeps its container from ending.
  const first = 'ulimit -n "$(ulimit -Hn)"; "$@"; exit $?';
  const script = ['sh', '-c', first, 'sh', process.execPath, __filename, ...argv];
  const child = spawn('unshare', [...namespaces, ...script], {
    // Standard input tells the inside, by its end, that the outside is gone, however it went.
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:${systemPath}`, [rootfsVariable]: rootfs },
  });
  return new Promise((resolve, reject) => {
    let interrupt: NodeJS.Signals | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        interrupt = signal;
        child.kill('SIGKILL');
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve(interrupt ? 128 + constants.signals[interrupt] : (code ?? 1)));
  });
}
