import { ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { quote } from '../../lib/contract/quote';
import { systemPath } from '../tools/command';
import { Log } from './log';
import type { Network } from './network';
import { kill, namespaceInit } from './processes';
import { rootScript } from './root';

export interface HostOptions {
  readonly name: string;
  readonly zone: string;
  readonly address: string;
  readonly nameserver: string;
  readonly log: Log;
  /** Whose network it shares, as the containers of a task do; it has one of its own otherwise. */
  readonly beside?: Host;
  /** Sees this computer's own files, where node is, and not the root filesystem. */
  readonly machineFiles?: boolean;
}

const namespaces = ['--mount', '--pid', '--uts', '--fork', '--kill-child'];

/** A computer in the VPC: namespaces of its own for network, mounts, processes and name. */
export class Host {
  readonly addresses: string[] = [];
  private isDead = false;
  private joins: (() => Promise<void>)[] = [];

  private constructor(
    private readonly network: Network,
    private readonly options: HostOptions,
    private readonly wrapper: ChildProcess,
    readonly pid: number,
  ) {}

  static async boot(vpc: Network, rootfs: string, options: HostOptions): Promise<Host> {
    const { beside } = options;
    const network = beside ? ['nsenter', `--target=${beside.pid}`, '--net', '--', 'unshare'] : ['unshare', '--net'];
    const [program, ...argv] = [...network, ...namespaces, 'sh', '-ec', bootScript(rootfs, options)];
    const wrapper = spawn(program!, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: systemPath },
    });
    options.log.follow('boot', wrapper.stderr!);
    await new Promise<void>((resolve, reject) => {
      wrapper.stdout!.once('data', () => resolve());
      wrapper.once('error', reject);
      wrapper.once('close', () => reject(new Error(`host ${options.name} did not boot: ${options.log.tail()}`)));
    });
    const pid = namespaceInit(wrapper.pid!);
    if (pid === undefined) throw new Error(`host ${options.name} has no first process: ${options.log.tail()}`);
    const host = new Host(vpc, options, wrapper, pid);
    if (!beside) await host.plug('eth0', options.address);
    return host;
  }

  get name(): string {
    return this.options.name;
  }

  get zone(): string {
    return this.options.zone;
  }

  get address(): string {
    return this.options.address;
  }

  get log(): Log {
    return this.options.log;
  }

  get dead(): boolean {
    return this.isDead;
  }

  async plug(device: string, address: string): Promise<void> {
    await this.network.connect(this.pid, device, address);
    this.addresses.push(address);
  }

  /** Starts a program inside the host. */
  spawn(argv: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    const enter = [`--target=${this.pid}`, '--net', '--mount', '--pid', '--uts'];
    return spawn('nsenter', [...enter, '--', ...argv], { stdio: [stdin, 'pipe', 'pipe'], env: { PATH: systemPath } });
  }

  /** Reads a file of the host's own file system. */
  read(path: string): string {
    return readFileSync(`/proc/${this.pid}/root${path}`, 'utf8');
  }

  /** Writes a file of the host's own file system. */
  write(path: string, text: string, mode = 0o644): void {
    const outside = `/proc/${this.pid}/root${path}`;
    mkdirSync(dirname(outside), { recursive: true });
    writeFileSync(outside, text, { mode });
  }

  /** Stops the host as an orderly AWS does: its sockets close, so its peers learn of it. */
  async stop(): Promise<void> {
    if (this.isDead) return;
    this.isDead = true;
    await this.joinLink(); // whoever has the address next
    const ended = new Promise((resolve) => this.wrapper.once('close', resolve));
    kill(this.pid);
    await ended;
  }

  /** Packets to and from it vanish, while it runs on. Gives back what ends that. */
  async cutLink(): Promise<() => Promise<void>> {
    this.joins = await Promise.all(this.addresses.map((address) => this.network.part(address)));
    return () => this.joinLink();
  }

  /** What is sent to it is refused, while it runs on. Gives back what ends that. */
  async refuseAll(): Promise<() => Promise<void>> {
    this.joins = await Promise.all(this.addresses.map((address) => this.network.refuse(address)));
    return () => this.joinLink();
  }

  private async joinLink(): Promise<void> {
    await Promise.all(this.joins.splice(0).map((join) => join()));
  }

  /** Power loss: no packet leaves any more, then all is gone. Its peers learn nothing. */
  async losePower(): Promise<void> {
    if (this.isDead) return;
    await Promise.all(this.addresses.map((address) => this.network.cut(address)));
    await this.stop();
  }
}

function bootScript(rootfs: string, { name, nameserver, machineFiles }: HostOptions): string {
  const resolver = `printf 'nameserver ${nameserver}\\n'`;
  const files = machineFiles
    ? [
        `mount -t tmpfs tmpfs ${quote(rootfs)}/mnt`,
        `cd ${quote(rootfs)}/mnt`,
        `${resolver} > resolv.conf`,
        "printf 'hosts: files dns\\npasswd: files\\ngroup: files\\n' > nsswitch.conf",
        `mount --bind resolv.conf ${realpathSync('/etc/resolv.conf')}`,
        '[ ! -e /etc/nsswitch.conf ] || mount --bind nsswitch.conf /etc/nsswitch.conf',
        'mount -t proc proc /proc',
      ]
    : [rootScript(rootfs), `${resolver} > /etc/resolv.conf`];
  return [...files, `hostname ${name}`, 'echo ready', 'exec sleep infinity'].join('\n');
}
