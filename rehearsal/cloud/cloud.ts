import { inParallel } from '../../lib/contract/in-parallel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterPlan, InstancePlan, NodePlan, ServerPlan, ServicePlan, SubnetPlan } from '../assembly/plan';
import type { Host } from '../namespace/host';
import type { Log } from '../namespace/log';
import type { Network } from '../namespace/network';
import { type Certificates, makeCertificates } from './certificates';
import { bounds } from './delays';
import { InstanceGroup } from './ec2/group';
import type { Attachments } from './ec2/instance';
import { Service } from './ecs/service';
import type { MetadataServer } from './metadata-server';
import { NameServer } from './name-server';
import { answers, countHeld, held, readsOf } from './memcached';
import type { TargetHealth } from './nlb/balancer-node';
import { LoadBalancer } from './nlb/load-balancer';
import type { Traffic } from './traffic';
import { until, within } from './wait';
import { Vpc } from './vpc';

const bootsAtOnce = 4;

/** Proxies look for a lost node each second, find its new address within five, and do not read it for four more. */
const waryMs = 8_000;

interface ClusterNode {
  readonly plan: NodePlan;
  readonly member: InstanceGroup | Service;
}

interface NamedServer extends ServerPlan {
  readonly name: string;
}

/** A cluster, running. */
export class Cloud {
  readonly vpc: Vpc;
  readonly nodes: ClusterNode[] = [];
  balancer: LoadBalancer | undefined;
  proxies: Service | undefined;
  /** Whose tasks have a proxy each, where clients connect to these. */
  application: Service | undefined;
  clientHost!: Host;
  /** Where clients speak TLS. */
  certificates: Certificates | undefined;
  private waryUntil = 0;
  private nameHost!: Host;
  private fail!: (error: unknown) => void;

  /** Rejects when something that runs by itself, such as the boot of a replaced instance, goes wrong. */
  readonly failure = new Promise<never>((_, reject) => (this.fail = reject));

  private names!: NameServer;
  private readonly attachments: Attachments = new Map();

  /** `later` is what it is to become: its addresses are kept free. */
  constructor(
    private current: ClusterPlan,
    network: Network,
    private readonly metadata: MetadataServer,
    rootfs: string,
    makeLog: (name: string) => Log,
    private readonly later: ClusterPlan = current,
  ) {
    const instances = [...current.nodes, ...later.nodes].filter(
      (node): node is InstancePlan => node.kind === 'instance',
    );
    const reserved = instances.map(({ subnet, interfaceAddress: address }) => ({ subnet, address }));
    this.vpc = new Vpc(network, rootfs, current.nameserver, makeLog, reserved);
    this.failure.catch(() => {}); // awaited where something else is waited for
  }

  get plan(): ClusterPlan {
    return this.current;
  }

  /** `firstHealth` is that of the load balancer's targets; they have health checks to pass when it is `down`. */
  async start(progress: (line: string) => void, firstHealth: TargetHealth): Promise<void> {
    const { plan, vpc } = this;
    this.nameHost = await vpc.boot('resolver', this.clientSubnet, { address: plan.nameserver, machineFiles: true });
    this.names = new NameServer(this.nameHost);
    await this.names.start(plan.subnets);

    if (plan.endpoint.kind === 'balancer') {
      // Room for every target several times: it takes a while until one that has left is forgotten.
      const most = Math.max(...[plan, this.later].map(({ proxies, nodes }) => proxies?.count ?? nodes.length));
      const { tls } = plan.endpoint;
      this.certificates = tls && (await this.issue(tls.name));
      this.balancer = new LoadBalancer(plan.endpoint, vpc, this.names, most * 4 + 2, this.onFailure, this.certificates);
    }
    for (const node of plan.nodes) this.addNode(node);
    progress(`booting ${this.nodes.length} nodes`);
    await inParallel(bootsAtOnce, this.nodes, ({ member }) => member.start());
    await this.untilNodesAnswer();

    if (this.balancer && plan.endpoint.kind === 'balancer') {
      const proxies = plan.proxies ? ` and ${plan.proxies.count} proxies` : '';
      progress(`starting the load balancer in ${plan.endpoint.subnets.length} zones${proxies}`);
      for (const address of plan.endpoint.fixedTargets) await this.balancer.register(address, this.zoneOf(address));
    }
    if (plan.proxies) {
      this.proxies = this.service(plan.proxies);
      await this.proxies.start();
    }
    await this.balancer?.start(firstHealth);
    if (plan.endpoint.kind === 'sidecars') {
      progress(`starting ${plan.endpoint.application.count} tasks of the application with their sidecars`);
      this.application = this.service(plan.endpoint.application);
      await this.application.start();
    }
    this.clientHost = await this.bootWithClients('client', { machineFiles: true });
    if (this.balancer) progress('waiting for the load balancer to find them healthy');
    await this.untilHealthy();
  }

  /** It has become what the later plan says. */
  become(plan: ClusterPlan): void {
    this.current = plan;
  }

  /** A node that is not started yet. */
  addNode(plan: NodePlan): ClusterNode {
    const { vpc, metadata, attachments, onFailure } = this;
    const member =
      plan.kind === 'instance' ? new InstanceGroup(plan, vpc, metadata, attachments, onFailure) : this.service(plan);
    const node = { plan, member };
    this.nodes.push(node);
    return node;
  }

  /** Ends a node for good. */
  async removeNode(node: ClusterNode): Promise<void> {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    await node.member.stop();
  }

  /** On a host of its own, because this computer may have no openssl. */
  private async issue(name: string): Promise<Certificates> {
    const host = await this.vpc.boot('authority', this.clientSubnet);
    try {
      return await makeCertificates(host, name);
    } finally {
      await host.stop();
    }
  }

  private readonly onFailure = (error: unknown): void => this.fail(error);

  private service(plan: ServicePlan): Service {
    const balancer = plan.balanced ? this.balancer : undefined;
    return new Service(plan, this.vpc, this.metadata, this.names, balancer, this.onFailure, this.certificates);
  }

  /** A host where clients run: in a task of the application, where there is one. */
  bootWithClients(name: string, options: { machineFiles?: boolean } = {}): Promise<Host> {
    const beside = this.application?.hostIn(this.clientSubnet.zone);
    return this.vpc.boot(name, this.clientSubnet, { ...options, beside });
  }

  /** Where clients run. */
  get clientSubnet(): SubnetPlan {
    return this.plan.subnets.at(-1)!;
  }

  /** Waits until every host answers and is in service. */
  async untilHealthy(): Promise<void> {
    const missing = async () => {
      for (const member of this.members()) {
        const what = member.missing();
        if (what !== undefined) return what;
      }
      for (const { host, name, port } of [...this.nodeServers(), ...this.proxyServers()]) {
        if (!(await answers(host, port))) return `${name} at ${host} to answer`;
      }
      if (this.application && !(await this.application.healthy())) return 'every sidecar to answer';
      return this.balancer?.missing();
    };
    await Promise.race([until(missing, bounds.healthyMs), this.failure]);
  }

  /** Waits until the load balancer finds every target healthy. */
  async untilTargetsHealthy(): Promise<void> {
    await Promise.race([until(async () => this.balancer?.missing(), bounds.healthyMs), this.failure]);
  }

  /** Begins what takes its time, and goes on by itself. */
  begin(change: Promise<void>): void {
    change.catch(this.onFailure);
  }

  /** A node came back: for a while proxies do not rely on it. */
  beWary(): void {
    this.waryUntil = Date.now() + waryMs;
  }

  /** Between scenarios the time passes in which only the load balancer has something to do. */
  async settle(): Promise<void> {
    await this.balancer?.settle();
  }

  /** A minute of a fault that lasts: the load balancer has found out which proxies are lost, and sends them nothing more. */
  async untilNoticed(): Promise<void> {
    const lost = this.proxies?.lostAddresses ?? [];
    const missing = async () =>
      this.balancer?.believesIn(lost) ? 'the load balancer to miss the lost proxies' : undefined;
    await until(missing, bounds.healthyMs);
    await this.settle();
  }

  /** What is stored meanwhile may be stored elsewhere, and not be found later: where another copy stays, it is. */
  async untilRelied(everyCopyCounts = false): Promise<void> {
    if (everyCopyCounts || this.plan.topology === 'sharded') await sleep(this.waryUntil - Date.now());
  }

  /** The nodes that run now. */
  nodeServers(): NamedServer[] {
    return this.nodes.flatMap(({ plan, member }) =>
      member.nodeAddress === undefined
        ? []
        : [{ name: `node ${plan.name}`, host: member.nodeAddress, port: plan.port }],
    );
  }

  /** The proxies that run now. */
  proxyServers(): NamedServer[] {
    const { addresses = [], plan } = this.proxies ?? {};
    return addresses.map((host) => ({ name: 'proxy', host, port: plan!.port }));
  }

  /** The share of the keys that only these nodes hold, in a sharded cluster. */
  async shareOf(names: readonly string[], keys: readonly string[]): Promise<number> {
    let held = 0;
    for (const { plan, member } of this.nodes) {
      if (names.includes(plan.name)) held += await countHeld(member.nodeAddress!, plan.port, keys);
    }
    return held / keys.length;
  }

  /** Which of the keys each node holds, by its name. */
  async heldBy(keys: readonly string[]): Promise<Map<string, Set<string>>> {
    const entries = this.nodes.map(
      async ({ plan, member }) => [plan.name, await held(member.nodeAddress!, plan.port, keys)] as const,
    );
    return new Map(await Promise.all(entries));
  }

  /** What zones have carried; nothing where clients connect to the nodes. */
  async traffic(): Promise<Traffic | undefined> {
    if (!this.balancer && !this.application) return undefined;
    const reads = this.nodes.map(async ({ plan, member }) => ({
      zone: plan.zone,
      count: await readsOf(member.nodeAddress!, plan.port),
    }));
    return { flows: await this.balancer?.flows(), reads: await Promise.all(reads) };
  }

  async loseZone(zone: string): Promise<void> {
    await Promise.all([...this.members(), this.balancer].map((member) => member?.loseZone(zone)));
  }

  restoreZone(zone: string): void {
    for (const member of [...this.members(), this.balancer]) member?.restoreZone(zone);
  }

  async stop(): Promise<void> {
    await this.clientHost?.stop();
    await Promise.all([...this.members(), this.balancer].map((member) => member?.stop()));
    await this.nameHost?.stop();
  }

  private members(): (InstanceGroup | Service)[] {
    const services = [this.proxies, this.application].filter((each) => each !== undefined);
    return [...this.nodes.map(({ member }) => member), ...services];
  }

  private zoneOf(address: string): string {
    return this.nodes.find(({ member }) => member.nodeAddress === address)!.plan.zone;
  }

  async untilNodesAnswer(): Promise<void> {
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
