import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mustRun } from '../tools/command';

/** The next hop of every host: the VPC's router, which is the namespace that the rehearsal itself runs in. */
const gateway = '169.254.1.1';

/** Where packets go that are to be refused, and the table of routes that leads there. */
const refuser = { address: '169.254.1.2', table: 111 };

/** The hardware address of the interface with this address. */
export const macOf = (address: string): string =>
  ['02', '00', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');

/** What the router itself sends, it may; what it would pass on is dropped. Rules with lower numbers come first. */
const partingRules = (address: string, other: string | undefined): string[] =>
  other === undefined
    ? [
        `pref 100 iif lo to ${address} lookup main`,
        `pref 101 to ${address} blackhole`,
        `pref 101 from ${address} blackhole`,
      ]
    : [`pref 101 from ${address} to ${other} blackhole`, `pref 101 from ${other} to ${address} blackhole`];

const refusingRules = (address: string, from: string | undefined): string[] =>
  from === undefined
    ? [`pref 100 iif lo to ${address} lookup main`, `pref 101 to ${address} lookup ${refuser.table}`]
    : [`pref 101 from ${from} to ${address} lookup ${refuser.table}`];

/**
 * The VPC as routes: each address is a cable (a veth pair) to its host. An address without a host swallows packets
 * in silence, as AWS does, so that peers of a lost host run into their time-outs and not into an error.
 */
export class Network {
  private cables = 0;
  /** By address. */
  private readonly plugged = new Map<string, string>();
  private readonly dark = new Set<string>();
  private refuserPid: Promise<number> | undefined;

  constructor(private readonly rootfs: string) {}

  /** Makes the router; `own` are addresses that the rehearsal itself answers on. */
  async start(own: readonly string[]): Promise<void> {
    await mustRun(['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    for (const scope of ['all', 'default']) {
      await mustRun(['sh', '-c', `echo 0 > /proc/sys/net/ipv4/conf/${scope}/rp_filter`]);
    }
    // Inside the root filesystem ip looks at /proc to find the namespace of a process.
    await mustRun(['mount', '-t', 'proc', 'proc', `${this.rootfs}/proc`]);
    await this.ip(['link set lo up', ...own.map((address) => `addr add ${address}/32 dev lo`)]);
    await this.ip(['route add blackhole default']);
  }

  /** Plugs a cable with this address into the host whose first process is `pid`, as its interface `device`. */
  async connect(pid: number, device: string, address: string): Promise<void> {
    await this.restore(address);
    const cable = `cable${++this.cables}`;
    await this.ip([
      `link add ${cable} type veth peer name ${device} address ${macOf(address)} netns ${pid}`,
      `addr add ${gateway}/32 dev ${cable}`,
      `link set ${cable} up`,
    ]);
    const first = device === 'eth0';
    await this.ip(
      [
        'link set lo up',
        `addr add ${address}/32 dev ${device}`,
        `link set ${device} up`,
        ...(first ? [`route add default via ${gateway} dev ${device} onlink src ${address}`] : []),
      ],
      pid,
    );
    await this.ip([`route replace ${address}/32 dev ${cable}`]);
    this.plugged.set(address, cable);
  }

  /**
   * Power loss: packets to this address vanish, until it is connected again. The cable goes, because the kernel would go on
   * closing the connections of the lost host, and its peers would learn of it once the address is back.
   */
  async cut(address: string): Promise<void> {
    this.dark.add(address);
    await this.ip([`route replace blackhole ${address}/32`, `link del ${this.plugged.get(address)}`]);
  }

  /**
   * Packets between this address and another, or all others, vanish until that is called which this gives back. The
   * link-local services still answer: they are the hypervisor's, on AWS too.
   */
  async part(address: string, other?: string): Promise<() => Promise<void>> {
    const rules = partingRules(address, other);
    await this.ip(rules.map((rule) => `rule add ${rule}`));
    return () => this.ip(rules.map((rule) => `rule del ${rule}`));
  }

  /**
   * What is sent to this address, by another or by all, is answered with a reset, as by a host on which nothing listens,
   * until that is called which this gives back.
   */
  async refuse(address: string, from?: string): Promise<() => Promise<void>> {
    this.refuserPid ??= this.startRefuser();
    // Linux answers so in the name of any address that is local to it.
    await this.ip([`route replace local ${address} dev lo table local`], await this.refuserPid);
    const rules = refusingRules(address, from);
    await this.ip(rules.map((rule) => `rule add ${rule}`));
    return () => this.ip(rules.map((rule) => `rule del ${rule}`));
  }

  /** A network in which nobody listens. It ends with the rehearsal. */
  private async startRefuser(): Promise<number> {
    const { pid, stdout } = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep infinity']);
    await once(stdout, 'data');
    await this.connect(pid!, 'eth0', refuser.address);
    await this.ip([`route add default via ${refuser.address} table ${refuser.table}`]);
    return pid!;
  }

  private async restore(address: string): Promise<void> {
    if (!this.dark.delete(address)) return;
    await this.ip([`route del blackhole ${address}/32`]);
  }

  private async ip(lines: string[], pid?: number): Promise<void> {
    const inside = pid === undefined ? [] : ['nsenter', `--target=${pid}`, '--net'];
    await mustRun([...inside, 'chroot', this.rootfs, '/usr/bin/ip', '-batch', '-'], { input: lines.join('\n') + '\n' });
  }
}
