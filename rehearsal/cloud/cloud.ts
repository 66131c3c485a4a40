import type { ClusterPlan, InstancePlan, NodePlan, ServicePlan } from '../assembly/plan';
import type { Host } from '../namespace/host';
import type { Log } from '../namespace/log';
import type { Network } from '../namespace/network';
import { bounds } from './delays';
import { InstanceGroup } from './ec2/group';
import type { Attachments } from './ec2/instance';
import { Service } from './ecs/service';
import type { MetadataServer } from './metadata-server';
import { NameServer } from './name-server';
import { answers, countHeld } from './memcached';
import { LoadBalancer } from './nlb/load-balancer';
import { until, within } from './wait';
import { Vpc } from './vpc';

const bootsAtOnce = 4;

/** A cluster, running. */
export class Cloud {
  readonly vpc: Vpc;
  readonly nodes: { plan: NodePlan; member: InstanceGroup | Service }[] = [];
  balancer!: LoadBalancer;
  proxies!: Service;
  clientHost!: Host;
  private nameHost!: Host;
  private fail!: (error: unknown) => void;

  /** Rejects when something that runs by itself, such as the boot of a replaced instance, goes wrong. */
  readonly failure = new Promise<never>((_, reject) => (this.fail = reject));

  constructor(
    readonly plan: ClusterPlan,
    network: Network,
    private readonly metadata: MetadataServer,
    rootfs: string,
    makeLog: (name: string) => Log,
  ) {
    const instances = plan.nodes.filter((node): node is InstancePlan => node.kind === 'instance');
    const reserved = instances.map(({ subnet, interfaceAddress: address }) => ({ subnet, address }));
    this.vpc = new Vpc(network, rootfs, plan.nameserver, makeLog, reserved);
    this.failure.catch(() => {}); // awaited where something else is waited for
  }

  async start(progress: (line: string) => void): Promise<void> {
    const { plan, vpc } = this;
    const last = plan.endpoint.subnets.at(-1)!;
    this.nameHost = await vpc.boot('resolver', last, { address: plan.nameserver });
    const names = new NameServer(this.nameHost);
    const ttls = plan.nodes.flatMap((node) => (node.kind === 'service' && node.record ? [node.record.ttl] : []));
    await names.start(Math.min(60, ...ttls));

    const attachments: Attachments = new Map();
    const fail = (error: unknown) => this.fail(error);
    const service = (node: ServicePlan, balancer?: LoadBalancer) =>
      new Service(node, vpc, this.metadata, names, balancer, fail);
    for (const node of plan.nodes) {
      const member =
        node.kind === 'instance' ? new InstanceGroup(node, vpc, this.metadata, attachments, fail) : service(node);
      this.nodes.push({ plan: node, member });
    }
    progress(`booting ${this.nodes.length} nodes`);
    await inParallel(bootsAtOnce, this.nodes, ({ member }) => member.start());
    await this.untilNodesAnswer();

    progress(`starting the load balancer in ${plan.endpoint.subnets.length} zones and ${plan.proxies.count} proxies`);
    // Room for every task twice: a replaced task may register before its predecessor has left.
    this.balancer = new LoadBalancer(plan.endpoint, vpc, names, plan.proxies.count * 2 + 2, fail);
    await this.balancer.start();
    this.proxies = service(plan.proxies, this.balancer);
    await this.proxies.start();
    this.clientHost = await vpc.boot('client', last, { machineFiles: true });
    progress('waiting for the load balancer to find them healthy');
    await this.untilHealthy();
  }

  /** Waits until every host answers and is in service. */
  async untilHealthy(): Promise<void> {
    const missing = async () => {
      for (const member of [...this.nodes.map((node) => node.member), this.proxies]) {
        const what = member.missing();
        if (what !== undefined) return what;
      }
      for (const { address, name, port } of this.servers()) {
        if (!(await answers(address, port))) return `${name} at ${address} to answer`;
      }
      return this.balancer.missing();
    };
    await Promise.race([until(missing, bounds.healthyMs), this.failure]);
  }

  /** The share of the keys that only these nodes hold, in a sharded cluster. */
  async shareOf(names: readonly string[], keys: readonly string[]): Promise<number> {
    let held = 0;
    for (const { plan, member } of this.nodes) {
      if (names.includes(plan.name)) held += await countHeld(member.nodeAddress!, plan.port, keys);
    }
    return held / keys.length;
  }

  async loseZone(zone: string): Promise<void> {
    await Promise.all([...this.members(), this.balancer].map((member) => member.loseZone(zone)));
  }

  restoreZone(zone: string): void {
    for (const member of [...this.members(), this.balancer]) member.restoreZone(zone);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.members(), this.balancer].map((member) => member?.stop()));
    await Promise.all([this.clientHost?.stop(), this.nameHost?.stop()]);
  }

  private members(): (InstanceGroup | Service)[] {
    return [...this.nodes.map(({ member }) => member), ...(this.proxies ? [this.proxies] : [])];
  }

  private servers(): { address: string; name: string; port: number }[] {
    return [
      ...this.nodes.flatMap(({ plan, member }) =>
        member.nodeAddress === undefined
          ? []
          : [{ address: member.nodeAddress, name: `node ${plan.name}`, port: plan.port }],
      ),
      ...this.proxies.addresses.map((address) => ({ address, name: 'proxy', port: this.plan.proxies.port })),
    ];
  }

  private async untilNodesAnswer(): Promise<void> {
    const missing = async () => {
      for (const { plan, member } of this.nodes) {
        const address = member.nodeAddress;
        if (address === undefined || !(await answers(address, plan.port))) return `node ${plan.name} to answer`;
      }
      return undefined;
    };
    await within(bounds.healthyMs, Promise.race([until(missing, bounds.healthyMs), this.failure]), () => 'the nodes');
  }
}

async function inParallel<T>(width: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
