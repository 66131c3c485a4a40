import { connect, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readClusters } from '../../../rehearsal/assembly/clusters';
import { readStacks } from '../../../rehearsal/assembly/manifest';
import type { ClusterPlan, InstancePlan } from '../../../rehearsal/assembly/plan';
import { instanceMetadataAddress, MetadataServer, taskMetadataAddress } from '../../../rehearsal/cloud/metadata-server';
import { Vpc } from '../../../rehearsal/cloud/vpc';
import { Log } from '../../../rehearsal/namespace/log';
import { Network } from '../../../rehearsal/namespace/network';
import { enterNamespaces, rootfsInside } from '../../../rehearsal/namespace/enter';
import { mustRun } from '../../../rehearsal/tools/command';
import { ensureRootfs } from '../../../rehearsal/tools/rootfs';

/** The one cluster of an assembly, and an empty VPC for its hosts. */
export interface Stage {
  readonly plan: ClusterPlan;
  readonly nodes: InstancePlan[];
  readonly vpc: Vpc;
  readonly network: Network;
  readonly metadata: MetadataServer;
  readonly rootfs: string;
  readonly makeLog: (name: string) => Log;
}

/** Runs `act` as root of namespaces of its own, with the assembly that the command line names. */
export function onStage(act: (stage: Stage) => Promise<unknown>): void {
  const words = process.argv.slice(2);
  const rootfs = rootfsInside();
  const outcome = rootfs === undefined ? outside(words) : within(words, rootfs, act);
  outcome.then(
    (code) => process.exit(code),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

async function outside(words: string[]): Promise<number> {
  return enterNamespaces(words, await ensureRootfs(console.error));
}

async function within([assembly, logs]: string[], rootfs: string, act: (stage: Stage) => Promise<unknown>) {
  process.stdin.resume().on('end', () => process.exit(130));
  const [plan] = readClusters(readStacks(assembly!), undefined);
  const network = new Network(rootfs);
  const metadata = new MetadataServer();
  await network.start([instanceMetadataAddress, taskMetadataAddress]);
  await metadata.start();
  const nodes = plan!.nodes.filter((node): node is InstancePlan => node.kind === 'instance');
  const reserved = nodes.map(({ subnet, interfaceAddress: address }) => ({ subnet, address }));
  const makeLog = (name: string) => new Log(resolve(logs!, `${name}.log`), process.env.VERBOSE !== undefined);
  const vpc = new Vpc(network, rootfs, plan!.nameserver, makeLog, reserved);
  console.log(JSON.stringify(await act({ plan: plan!, nodes, vpc, network, metadata, rootfs, makeLog })));
  return 0;
}

/** The fetched program: a fresh Debian has none. Words before it say in which network it runs. */
export const ip = (words: readonly string[], inside: readonly string[] = []): Promise<string> =>
  mustRun([...inside, 'chroot', rootfsInside()!, '/usr/bin/ip', ...words]);

/** Packets to and from an address vanish, or are let through again. */
export async function cutOff(address: string, action: 'add' | 'del'): Promise<void> {
  for (const way of ['from', 'to']) await ip(['rule', action, way, address, 'priority', '10', 'blackhole']);
}

/** A connection that is asked one thing after another. */
export class Connection {
  private constructor(private readonly socket: Socket) {
    socket.on('error', () => {});
  }

  static async to(host: string, port: number, attempts = 100): Promise<Connection> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const socket = connect({ host, port });
      const open = await new Promise<boolean>((done) =>
        socket.once('connect', () => done(true)).once('error', () => done(false)),
      );
      if (open) return new Connection(socket);
      await pause(100);
    }
    throw new Error(`${host}:${port} accepts no connection`);
  }

  /** What it answers within a second, or nothing. */
  ask(text: string): Promise<string> {
    return new Promise((done) => {
      const timer = setTimeout(done, 1000, '');
      this.socket.once('data', (chunk: Buffer) => {
        clearTimeout(timer);
        done(chunk.toString());
      });
      this.socket.write(`${text}\r\n`);
    });
  }
}
