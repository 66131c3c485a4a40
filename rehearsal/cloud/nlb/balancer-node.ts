import type { BalancerPlan, SubnetPlan } from '../../assembly/plan';
import type { Host } from '../../namespace/host';
import { familyOf, kill, programOf } from '../../namespace/processes';
import { impair, type Impairment } from '../impairment';
import type { Certificates } from '../certificates';
import { until } from '../wait';
import {
  backendsOf,
  checks,
  haproxyConfiguration,
  healthySlots,
  runtimeApi,
  targetConnections,
  tlsFiles,
} from './haproxy';
import { type Leaving, Target } from './target';

export type TargetHealth = 'up' | 'down';

const lookMs = 250;

/** The load balancer's node in one zone. */
export class BalancerNode {
  /** By address. */
  private readonly known = new Map<string, Target>();
  private looking = false;
  /** What it is told has to wait while it hangs. */
  private thawed: Promise<void> = Promise.resolve();

  private constructor(
    readonly host: Host,
    readonly subnet: SubnetPlan,
    private readonly plan: BalancerPlan,
    private readonly slotCount: number,
    private readonly server: number,
    private readonly leaving: Leaving,
  ) {}

  static async start(
    host: Host,
    subnet: SubnetPlan,
    plan: BalancerPlan,
    slots: number,
    leaving: Leaving,
    certificates?: Certificates,
  ): Promise<BalancerNode> {
    if (certificates) {
      host.write(tlsFiles.server, certificates.server);
      host.write(tlsFiles.authority, certificates.authority);
    }
    host.write('/etc/haproxy.cfg', haproxyConfiguration(plan, slots));
    const server = host.spawn(['/usr/sbin/haproxy', '-db', '-f', '/etc/haproxy.cfg']);
    host.log.follow('haproxy', server.stdout!);
    host.log.follow('haproxy', server.stderr!);
    const node = new BalancerNode(host, subnet, plan, slots, server.pid!, leaving);
    await until(async () => {
      if (server.exitCode !== null) throw new Error(`haproxy ended with ${server.exitCode}: ${host.log.tail()}`);
      const answers = await runtimeApi(host.address, ['show info']).catch(() => '');
      return answers === '' ? `haproxy at ${host.address}` : undefined;
    }, 10_000);
    const watch = setInterval(() => void node.look().catch(() => {}), lookMs);
    server.once('exit', () => clearInterval(watch));
    return node;
  }

  /** Learns what the health checks say, and does what follows from that and from the time. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const seen = [...this.known];
      const healthy = healthySlots(await runtimeApi(this.host.address, ['show stat']));
      const now = Date.now();
      for (const [, target] of seen) target.see(healthy.has(target.slot), now);
      await this.route();
      for (const [address, target] of seen) {
        if (target.endsConnections(now)) {
          await this.command(...this.servers(target.slot).map(({ server }) => `shutdown sessions server ${server}`));
        }
        if (target.isGone(now)) await this.forget(address);
      }
    } finally {
      this.looking = false;
    }
  }

  /** Where no target would take new connections, all that are registered do: a Network Load Balancer fails open. */
  private async route(): Promise<void> {
    const now = Date.now();
    const targets = [...this.known.values()];
    const open = targets.filter((target) => target.takesConnections(now));
    const routed = open.length > 0 ? open : targets.filter((target) => target.registered);
    for (const target of targets) {
      if (target.routed === routed.includes(target)) continue;
      target.routed = !target.routed;
      const state = target.routed ? 'ready' : 'maint';
      await this.command(...this.servers(target.slot).map(({ server }) => `set server ${server} state ${state}`));
    }
  }

  /** Makes it suffer. Gives back what ends that. */
  impair(how: Impairment): Promise<() => Promise<void>> {
    return impair(how, this.host, [this]);
  }

  freeze(): () => void {
    const frozen = familyOf(this.server).filter((pid) => programOf(pid) === 'haproxy');
    if (frozen.length === 0) throw new Error(`load balancer ${this.host.address} runs no haproxy`);
    let thaw = () => {};
    this.thawed = new Promise((resolve) => (thaw = resolve));
    for (const pid of frozen) kill(pid, 'SIGSTOP');
    return () => {
      // nsenter stops itself with its child, and would never see it end.
      for (const pid of [...frozen, this.server]) kill(pid, 'SIGCONT');
      thaw();
    };
  }

  /** A new target gets no connection before its first health checks have passed; one known to be healthy does. */
  async register(address: string, health: TargetHealth = 'down'): Promise<void> {
    const before = this.known.get(address);
    if (before?.registered) return;
    if (before) await this.forget(address);
    const taken = new Set([...this.known.values()].map(({ slot }) => slot));
    const free = Array.from({ length: this.slotCount }, (_, i) => `target${i + 1}`).find((slot) => !taken.has(slot));
    if (!free) throw new Error(`load balancer ${this.host.address} has no slot for target ${address}`);
    const target = new Target(free, this.leaving);
    this.known.set(address, target);
    const checked = { server: `${checks}/${free}`, port: this.plan.target.port };
    await this.command(
      ...[...this.servers(free), checked].map(
        ({ server, port }) => `set server ${server} addr ${address} port ${port}`,
      ),
      `set server ${checks}/${free} state ready`,
      `set server ${checks}/${free} health ${health}`,
    );
    target.see(health === 'up', Date.now());
    await this.route();
  }

  /** It gets connections for a while still. */
  deregister(address: string): void {
    this.known.get(address)?.deregister(Date.now());
  }

  /** At once what takes the load balancer its time: what is unhealthy or was deregistered gets no more connections. */
  async settle(): Promise<void> {
    for (const [address, target] of this.known) {
      if (target.registered) target.settle();
      else await this.forget(address);
    }
    await this.route();
  }

  /** Whether it takes one of these for healthy. */
  believesIn(addresses: readonly string[]): boolean {
    return addresses.some((address) => this.known.get(address)?.healthy);
  }

  private async forget(address: string): Promise<void> {
    const { slot } = this.known.get(address)!;
    this.known.delete(address);
    const all = [...this.servers(slot).map(({ server }) => server), `${checks}/${slot}`];
    await this.command(...all.map((server) => `set server ${server} state maint`));
  }

  /** HAProxy's servers for a target: one for each of its ports that connections go to. */
  private servers(slot: string): { server: string; port: number }[] {
    return backendsOf(this.plan).map(({ name, port }) => ({ server: `${name}/${slot}`, port }));
  }

  /** What it waits for; nothing when every target that is registered is healthy. */
  missing(): string | undefined {
    const down = [...this.known].filter(([, { registered, healthy, routed }]) => registered && !(healthy && routed));
    if (down.length === 0) return undefined;
    return `target ${down.map(([address]) => address)} to be healthy in the load balancer of ${this.subnet.zone}`;
  }

  /** Its targets, those that were deregistered among them, with their open connections. */
  async targets(): Promise<readonly { address: string; target: Target; connections: number }[]> {
    const connections = targetConnections(await runtimeApi(this.host.address, ['show stat']));
    return [...this.known].map(([address, target]) => ({
      address,
      target,
      connections: connections.get(target.slot) ?? 0,
    }));
  }

  private async command(...commands: string[]): Promise<void> {
    await this.thawed;
    for (const command of commands) {
      const answer = (await runtimeApi(this.host.address, [command])).trim();
      this.host.log.write('haproxy', `${command} -> ${answer}`);
    }
  }
}
