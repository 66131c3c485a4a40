import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../../lib/contract/quote';
import { rootScript } from '../../rehearsal/namespace/root';
import { converse, type Address } from './wire';

const NODE_PORT = 11212;
/** Long enough for every time-out on the way to a node that hangs; what answers does so in milliseconds. */
export const PROXY: Address = { host: '127.0.0.1', port: 11211, silenceMs: 4000 };
export const PLAIN: Address = { host: '127.0.2.1', port: 11213, silenceMs: 1500 };
export const SCOUT: Address = { host: '127.0.2.2', port: 11213, silenceMs: 1500 };

/** The programs of the deployed image that Debian's root filesystem has not: the proxy's clock needs them. */
const BUSYBOX =
  'mkdir /tmp/bin; for name in nc wget; do ln -s /usr/bin/busybox /tmp/bin/$name; done; PATH=/tmp/bin:$PATH';

/** A process in a root filesystem of its own, as an ordinary user: its id is the program's own. */
function start(rootfs: string, argv: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const set = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`);
  const user = 'exec unshare --user --map-user=11211 --map-group=11211 -- "$@"';
  const script = [rootScript(rootfs), 'ip link set lo up', BUSYBOX, ...set, user].join('\n');
  const child = spawn('unshare', ['--mount', 'sh', '-ec', script, 'sh', ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.once('exit', (code) => {
    if (code) process.stderr.write(`${argv.slice(0, 2).join(' ')} ended with ${code}\n`);
  });
  return child;
}

export async function answers(address: Address): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const [turn] = await converse(address, ['version'], {});
    if (turn?.end === 'answered') return;
    await sleep(50);
  }
  throw new Error(`nothing answers at ${address.host}:${address.port}`);
}

/** A node of the cluster, or the memcached beside it whose answers are the right ones. */
export class Node {
  private constructor(
    readonly address: Address,
    private readonly process: ChildProcess,
  ) {}

  static async start(rootfs: string, address: Address): Promise<Node> {
    const node = new Node(address, start(rootfs, ['memcached', '-l', address.host, '-p', String(address.port)]));
    await answers(address);
    return node;
  }

  lose(fault: 'dead' | 'hung'): Promise<void> {
    this.process.kill(fault === 'dead' ? 'SIGKILL' : 'SIGSTOP');
    // What was on its way to it has its end, or waits for ever, before the first case comes.
    return sleep(20);
  }
}

/** Nodes that have not counted the same number of writes: their CAS ids are never the same, as they are not in life. */
export async function startNodes(rootfs: string, count: number): Promise<Node[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const node = await Node.start(rootfs, { host: `127.0.1.${i + 1}`, port: NODE_PORT, silenceMs: 4000 });
      await converse(node.address, [{ raw: ['ms skew 1 q\r\n1\r\n'.repeat(1000 * i) + 'md skew q\r\n'] }], {});
      return node;
    }),
  );
}

/** The synthesized command, with the metadata that tells a task its zone. */
export async function startProxy(rootfs: string, command: string, zone: string): Promise<void> {
  const metadata = JSON.stringify({ Cluster: 'cache', AvailabilityZone: zone, LaunchType: 'FARGATE' });
  const server = createServer((_, response) => response.end(metadata));
  await new Promise<void>((resolve) => server.listen(8080, '127.0.0.1', resolve));
  server.unref();
  start(rootfs, ['sh', '-c', command], { ECS_CONTAINER_METADATA_URI_V4: 'http://127.0.0.1:8080/v4/task' });
  await answers(PROXY);
}

/** The loopback device of this namespace, by the root filesystem's program. */
export function raiseLoopback(rootfs: string): void {
  execFileSync('unshare', ['--mount', 'sh', '-ec', `${rootScript(rootfs)}\nip link set lo up`]);
}
