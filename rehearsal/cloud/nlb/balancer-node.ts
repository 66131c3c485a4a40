import type { BalancerPlan, SubnetPlan } from '../../assembly/plan';
import type { Host } from '../../namespace/host';
import { familyOf, kill, programOf } from '../../namespace/processes';
import { impair, type Impairment } from '../impairment';
import { until } from '../wait';
import { backend, haproxyConfiguration, runtimeApi, targetConnections, targetStates } from './haproxy';

export type TargetHealth = 'up' | 'down';

/** The load balancer's node in one zone. */
export class BalancerNode {
  private readonly slots = new Map<string, string>();
  /** For how many looks a slot's target has been lost. */
  private readonly lost = new Map<string, number>();
  /** What it is told has to wait while it hangs. */
  private thawed: Promise<void> = Promise.resolve();

  private constructor(
    readonly host: Host,
    readonly subnet: SubnetPlan,
    private readonly plan: BalancerPlan,
    private readonly slotCount: number,
    private readonly server: number,
  ) {}

  static async start(host: Host, subnet: SubnetPlan, plan: BalancerPlan, slots: number): Promise<BalancerNode> {
    host.write('/etc/haproxy.cfg', haproxyConfiguration(plan, slots));
    const server = host.spawn(['/usr/sbin/haproxy', '-db', '-f', '/etc/haproxy.cfg']);
    host.log.follow('haproxy', server.stdout!);
    host.log.follow('haproxy', server.stderr!);
    const node = new BalancerNode(host, subnet, plan, slots, server.pid!);
    await until(async () => {
      if (server.exitCode !== null) throw new Error(`haproxy ended with ${server.exitCode}: ${host.log.tail()}`);
      const answers = await runtimeApi(host.address, ['show info']).catch(() => '');
      return answers === '' ? `haproxy at ${host.address}` : undefined;
    }, 10_000);
    const watch = setInterval(() => void node.endConnectionsToLost().catch(() => {}), 500);
    server.once('exit', () => clearInterval(watch));
    return node;
  }

  /**
   * Ends what is left of the connections to targets that are unhealthy or deregistered, at the second look. HAProxy's
   * own way, at once, would also end those that it is about to try on another target.
   */
  private async endConnectionsToLost(): Promise<void> {
    const { endsConnectionsWhenUnhealthy, endsConnectionsWhenDeregistered } = this.plan.target;
    for (const [slot, state] of targetStates(await runtimeApi(this.host.address, ['show stat']))) {
      const ends =
        (state === 'DOWN' && endsConnectionsWhenUnhealthy) || (state === 'MAINT' && endsConnectionsWhenDeregistered);
      const looks = ends ? (this.lost.get(slot) ?? 0) + 1 : 0;
      this.lost.set(slot, looks);
      if (looks === 2) await this.command(`shutdown sessions server ${backend}/${slot}`);
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
    if (this.slots.has(address)) return;
    const free = Array.from({ length: this.slotCount }, (_, i) => `target${i + 1}`).find(
      (slot) => ![...this.slots.values()].includes(slot),
    );
    if (!free) throw new Error(`load balancer ${this.host.address} has no slot for target ${address}`);
    this.slots.set(address, free);
    const server = `${backend}/${free}`;
    const { port } = this.plan.target;
    await this.command(
      `set server ${server} addr ${address} port ${port}`,
      `set server ${server} state ready`,
      `set server ${server} health ${health}`,
    );
  }

  async deregister(address: string): Promise<void> {
    const slot = this.slots.get(address);
    if (slot === undefined) return;
    this.slots.delete(address);
    await this.command(`set server ${backend}/${slot} state maint`);
  }

  /** What it waits for; nothing when every target that it knows is healthy. */
  async missing(): Promise<string | undefined> {
    const states = targetStates(await runtimeApi(this.host.address, ['show stat']).catch(() => ''));
    const down = [...this.slots].filter(([, slot]) => states.get(slot) !== 'UP').map(([address]) => address);
    return down.length === 0 ? undefined : `target ${down} to be healthy in the load balancer of ${this.subnet.zone}`;
  }

  /** Its targets, with their health and open connections. */
  async targets(): Promise<{ address: string; healthy: boolean; connections: number }[]> {
    const statistics = await runtimeApi(this.host.address, ['show stat']);
    const states = targetStates(statistics);
    const connections = targetConnections(statistics);
    return [...this.slots].map(([address, slot]) => ({
      address,
      healthy: states.get(slot) === 'UP',
      connections: connections.get(slot) ?? 0,
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
