import type { BalancerPlan, Sample, SubnetPlan } from '../../assembly/plan';
import { leavingPace } from '../delays';
import type { Impairment } from '../impairment';
import type { Certificates } from '../certificates';
import type { NameServer } from '../name-server';
import type { ZoneFlow } from '../traffic';
import type { Vpc } from '../vpc';
import { BalancerNode, type TargetHealth } from './balancer-node';
import { goesOnSending, type Leaving } from './target';
import { flowsOf } from './flows';
import { ZonalAddresses } from './zonal-addresses';

/** How often it is looked at which zones have a healthy target. */
const lookMs = 1_000;

/** A Network Load Balancer: a node with a fixed address in each zone, all behind one name. */
export class LoadBalancer {
  private readonly nodes: BalancerNode[] = [];
  private readonly targets = new Map<string, string>();
  private readonly fixedAddresses = new Map<string, string>();
  private readonly leaving: Leaving;
  private readonly addresses: ZonalAddresses;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly plan: BalancerPlan,
    private readonly vpc: Vpc,
    names: NameServer,
    private readonly slots: number,
    private readonly fail: (error: unknown) => void,
    private readonly certificates?: Certificates,
  ) {
    const { target } = plan;
    this.leaving = {
      ...target,
      sendsMs: (goesOnSending.deregisteredSeconds * 1000) / leavingPace,
      delayMs: (target.deregistrationDelaySeconds * 1000) / leavingPace,
    };
    this.addresses = new ZonalAddresses(names, plan);
  }

  /** `health` is that of the targets that have registered before: `down` until their health checks have passed. */
  async start(health: TargetHealth): Promise<void> {
    await Promise.all(this.plan.subnets.map((subnet) => this.launch(subnet, health)));
    for (const { id, zone } of this.plan.subnets) this.addresses.publish(zone, this.fixedAddresses.get(id)!);
    this.looking = setInterval(() => void this.lookAtZones(), lookMs);
  }

  /** A zone is healthy while the load balancer's node in it answers, and has a healthy target to send clients to. */
  private async lookAtZones(): Promise<void> {
    const zones = await Promise.all(
      this.nodes.map(async (node) => {
        const targets = await node.targets().catch(() => []);
        return targets.some(({ target }) => target.healthy) ? [node.subnet.zone] : [];
      }),
    );
    this.addresses.observe(new Set(zones.flat()), Date.now());
  }

  /** What clients have sent, by zones. */
  async flows(): Promise<ZoneFlow[]> {
    const flows = await Promise.all(
      this.nodes.map(async ({ host, subnet }) =>
        (await flowsOf(host.address)).map(({ address, bytes }) => ({
          from: subnet.zone,
          to: this.targets.get(address),
          bytes,
        })),
      ),
    );
    return flows.flat().flatMap(({ to, ...flow }) => (to === undefined ? [] : [{ ...flow, to }]));
  }

  /** Its address in a zone; none where it has none. */
  addressIn(zone: string): string | undefined {
    const subnet = this.plan.subnets.find((each) => each.zone === zone);
    return subnet && this.fixedAddresses.get(subnet.id);
  }

  async register(address: string, zone: string): Promise<void> {
    this.targets.set(address, zone);
    await Promise.all(this.serving(zone).map((node) => node.register(address)));
  }

  /** It gets new connections for a while still, and keeps those that it has until the delay is over. */
  deregister(address: string): void {
    this.targets.delete(address);
    for (const node of this.nodes) node.deregister(address);
  }

  /** From a deregistration until the target may stop. */
  get deregistrationDelayMs(): number {
    return this.leaving.delayMs;
  }

  /** The time passes in which it goes on sending to what is unhealthy or has left. */
  async settle(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.settle()));
  }

  /** Whether a node of it takes one of these targets for healthy. */
  believesIn(addresses: readonly string[]): boolean {
    return this.nodes.some((node) => node.believesIn(addresses));
  }

  /** What it waits for; nothing when each zone has its node, with only healthy targets. */
  missing(): string | undefined {
    if (this.nodes.length < this.plan.subnets.length) return 'the load balancer to be back in every zone';
    return this.nodes.map((node) => node.missing()).find((what) => what !== undefined);
  }

  /** The registered target, of all or `among` some, that carries the most connections. */
  async busiestTarget(among?: readonly string[]): Promise<string> {
    const carried = new Map<string, number>();
    for (const { address, target, connections } of (
      await Promise.all(this.nodes.map((each) => each.targets()))
    ).flat()) {
      if (target.registered && (among?.includes(address) ?? true))
        carried.set(address, (carried.get(address) ?? 0) + connections);
    }
    return [...carried].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
  }

  /**
   * What AWS would publish of it, where that is known here: a figure of each node, by its zone and without. Each node counts
   * the targets that it routes to, so with cross-zone balancing those of every zone (an assumption: see docs/rehearsal.md).
   * A node that is lost publishes nothing.
   */
  async samples(): Promise<Sample[]> {
    const counted = await Promise.all(
      this.nodes.map(async (node) => ({
        AvailabilityZone: node.subnet.zone,
        targets: await node.targets().catch(() => undefined),
      })),
    );
    const { LoadBalancer, TargetGroup } = this.plan.dimensions;
    const sample = (name: string, dimensions: Record<string, string>, value: number): Sample => ({
      metric: { namespace: 'AWS/NetworkELB', name, dimensions },
      value,
    });
    const flows = counted.flatMap(({ targets = [] }) => targets.map((each) => each.connections));
    if (counted.every(({ targets }) => targets === undefined)) return [];
    return [
      sample(
        'ActiveFlowCount',
        { LoadBalancer },
        flows.reduce((sum, each) => sum + each, 0),
      ),
      ...counted.flatMap(({ AvailabilityZone, targets }) => {
        if (!targets) return [];
        const registered = targets.map(({ target }) => target).filter((target) => target.registered);
        const healthy = registered.filter((target) => target.healthy).length;
        const unhealthy = registered.filter((target) => target.unhealthy).length;
        const ofGroup: Record<string, string> = { LoadBalancer, TargetGroup };
        return [ofGroup, { ...ofGroup, AvailabilityZone }].flatMap((dimensions) => [
          sample('HealthyHostCount', dimensions, healthy),
          sample('UnHealthyHostCount', dimensions, unhealthy),
        ]);
      }),
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
    clearInterval(this.looking);
    await Promise.all(this.nodes.map((node) => node.host.stop()));
  }

  private serving(zone: string): BalancerNode[] {
    return this.nodes.filter(({ subnet }) => this.plan.crossZone || subnet.zone === zone);
  }

  private async launch(subnet: SubnetPlan, health: TargetHealth): Promise<void> {
    const host = await this.vpc.boot('balancer', subnet, { address: this.fixedAddresses.get(subnet.id) });
    this.fixedAddresses.set(subnet.id, host.address);
    const node = await BalancerNode.start(host, subnet, this.plan, this.slots, this.leaving, this.certificates);
    this.nodes.push(node); // before it learns the targets: one that registers meanwhile must not be missed
    for (const [address, zone] of this.targets) {
      if (this.plan.crossZone || zone === subnet.zone) await node.register(address, health);
    }
  }
}
