import type { BalancerPlan, Sample, SubnetPlan } from '../../assembly/plan';
import type { Impairment } from '../impairment';
import type { NameServer } from '../name-server';
import type { Vpc } from '../vpc';
import { BalancerNode, type TargetHealth } from './balancer-node';

/** A Network Load Balancer: a node with a fixed address in each zone, all behind one name. */
export class LoadBalancer {
  private readonly nodes: BalancerNode[] = [];
  private readonly targets = new Map<string, string>();
  private readonly fixedAddresses = new Map<string, string>();

  constructor(
    private readonly plan: BalancerPlan,
    private readonly vpc: Vpc,
    private readonly names: NameServer,
    private readonly slots: number,
    private readonly fail: (error: unknown) => void,
  ) {}

  /** `health` is that of the targets that have registered before: `down` until their health checks have passed. */
  async start(health: TargetHealth): Promise<void> {
    await Promise.all(this.plan.subnets.map((subnet) => this.launch(subnet, health)));
    // The name keeps the address of a zone that is lost: the worst case, before Route 53 withdraws it.
    for (const address of this.fixedAddresses.values()) this.names.add({ name: this.plan.dnsName }, address);
  }

  async register(address: string, zone: string): Promise<void> {
    this.targets.set(address, zone);
    await Promise.all(this.serving(zone).map((node) => node.register(address)));
  }

  async deregister(address: string): Promise<void> {
    this.targets.delete(address);
    await Promise.all(this.nodes.map((node) => node.deregister(address)));
  }

  /** What it waits for; nothing when each zone has its node, with only healthy targets. */
  async missing(): Promise<string | undefined> {
    if (this.nodes.length < this.plan.subnets.length) return 'the load balancer to be back in every zone';
    const missing = await Promise.all(this.nodes.map((node) => node.missing()));
    return missing.find((what) => what !== undefined);
  }

  /** The target that carries the most connections. */
  async busiestTarget(): Promise<string> {
    const targets = (await Promise.all(this.nodes.map((node) => node.targets()))).flat();
    return targets.reduce((most, each) => (each.connections > most.connections ? each : most)).address;
  }

  /** What AWS would publish of it, where that is known here. Each zone counts the targets: the best count stands, as in the alarms. */
  async samples(): Promise<Sample[]> {
    const zones = await Promise.all(this.nodes.map((node) => node.targets().catch(() => undefined)));
    const counted = zones.filter((targets) => targets !== undefined);
    if (counted.length === 0) return [];
    const healthy = counted.map((targets) => targets.filter((target) => target.healthy).length);
    const unhealthy = counted.map((targets, i) => targets.length - healthy[i]!);
    const connections = counted.flat().reduce((sum, target) => sum + target.connections, 0);
    const { LoadBalancer, TargetGroup } = this.plan.dimensions;
    const sample = (name: string, dimensions: Record<string, string>, value: number): Sample => ({
      metric: { namespace: 'AWS/NetworkELB', name, dimensions },
      value,
    });
    return [
      sample('HealthyHostCount', { LoadBalancer, TargetGroup }, Math.max(...healthy)),
      sample('UnHealthyHostCount', { LoadBalancer, TargetGroup }, Math.min(...unhealthy)),
      sample('ActiveFlowCount', { LoadBalancer }, connections),
    ];
  }

  /** Makes the zone's node suffer. Gives back what ends that. */
  async impair(zone: string, how: Impairment): Promise<() => Promise<void>> {
    const ends = await Promise.all(
      this.nodes.filter(({ subnet }) => subnet.zone === zone).map((node) => node.impair(how)),
    );
    return async () => void (await Promise.all(ends.map((end) => end())));
  }

  async loseZone(zone: string): Promise<void> {
    const lost = this.nodes.filter(({ subnet }) => subnet.zone === zone);
    for (const node of lost) this.nodes.splice(this.nodes.indexOf(node), 1);
    await Promise.all(lost.map((node) => node.host.losePower()));
  }

  restoreZone(zone: string): void {
    const subnet = this.plan.subnets.find((each) => each.zone === zone);
    const present = this.nodes.some((node) => node.subnet.zone === zone);
    // It comes into service knowing what the others know: a real one gets no traffic before.
    if (subnet && !present) this.launch(subnet, 'up').catch(this.fail);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.host.stop()));
  }

  private serving(zone: string): BalancerNode[] {
    return this.nodes.filter(({ subnet }) => this.plan.crossZone || subnet.zone === zone);
  }

  private async launch(subnet: SubnetPlan, health: TargetHealth): Promise<void> {
    const host = await this.vpc.boot('balancer', subnet, { address: this.fixedAddresses.get(subnet.id) });
    this.fixedAddresses.set(subnet.id, host.address);
    const node = await BalancerNode.start(host, subnet, this.plan, this.slots);
    this.nodes.push(node); // before it learns the targets: one that registers meanwhile must not be missed
    for (const [address, zone] of this.targets) {
      if (this.plan.crossZone || zone === subnet.zone) await node.register(address, health);
    }
  }
}
