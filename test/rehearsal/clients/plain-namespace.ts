import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Spawner } from '../../../rehearsal/clients/run-in';
import { namespaceInit } from '../../../rehearsal/namespace/processes';
import { quote } from '../../../lib/contract/quote';
import { rootScript } from '../../../rehearsal/namespace/root';
import { systemPath } from '../../../rehearsal/tools/command';
import { ensureRootfs } from '../../../rehearsal/tools/rootfs';

/** One network of its own with a loopback, seen from the root filesystem and from this computer's files. */
export interface PlainNamespace {
  readonly tools: Spawner;
  readonly node: Spawner;
  stop(): Promise<void>;
}

/** Runs a shell script in the root filesystem for as long as the namespace lasts, and waits until it says `ready`. */
export async function plainNamespace(script: string): Promise<PlainNamespace> {
  const rootfs = await ensureRootfs((line) => process.stderr.write(`${line}\n`));
  const namespaces = ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child'];
  const all = `${rootScript(rootfs)}\nip link set lo up\nexec sh -c ${quote(script)}`;
  const wrapper = spawn('unshare', [...namespaces, 'sh', '-ec', all], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: systemPath },
  });
  let said = '';
  wrapper.stderr.on('data', (chunk) => (said += chunk));
  await new Promise<void>((resolve, reject) => {
    wrapper.stdout.on('data', (chunk) => {
      said += chunk;
      if (/^ready$/m.test(said)) resolve();
    });
    wrapper.once('close', () => reject(new Error(`the namespace ended: ${said}`)));
  });
  const target = `--target=${namespaceInit(wrapper.pid!)}`;
  const enter = (...views: string[]): Spawner => ({
    spawn: (argv, stdin = 'ignore'): ChildProcess =>
      spawn('nsenter', [target, '--user', '--preserve-credentials', '--net', ...views, '--', ...argv], {
        stdio: [stdin, 'pipe', 'pipe'],
        env: { PATH: systemPath },
      }),
  });
  return {
    tools: enter('--mount', '--pid'),
    node: enter(),
    stop: async () => {
      wrapper.kill('SIGKILL');
      await once(wrapper, 'close');
    },
  };
}
