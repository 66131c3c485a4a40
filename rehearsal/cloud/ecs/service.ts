import { setTimeout as sleep } from 'node:timers/promises';
import type { ServicePlan, SubnetPlan } from '../../assembly/plan';
import type { Certificates } from '../certificates';
import { delays } from '../delays';
import type { Host } from '../../namespace/host';
import type { Impairment } from '../impairment';
import type { NameServer } from '../name-server';
import type { LoadBalancer } from '../nlb/load-balancer';
import type { Member } from '../member';
import type { MetadataServer } from '../metadata-server';
import type { Vpc } from '../vpc';
import { Task } from './task';

const circuitBreaker = { tasks: 3, shortLivedMs: 2_000 };

/** An ECS service: it keeps its number of tasks, and tells Cloud Map and the load balancer of them. */
export class Service implements Member {
  private readonly tasks = new Set<Task>();
  private readonly lost: Task[] = [];
  private readonly retiring = new Set<Task>();
  private starting = 0;
  private shortLived = 0;
  private stopped = false;
  private impairments: (() => Promise<void>)[] = [];

  constructor(
    private current: ServicePlan,
    private readonly vpc: Vpc,
    private readonly metadata: MetadataServer,
    private readonly names: NameServer,
    private readonly balancer: LoadBalancer | undefined,
    private readonly fail: (error: unknown) => void,
    private readonly certificates?: Certificates,
  ) {}

  get plan(): ServicePlan {
    return this.current;
  }

  /** The address of a node's one task: none while it is being replaced. */
  get nodeAddress(): string | undefined {
    return [...this.tasks][0]?.host.address;
  }

  get addresses(): string[] {
    return [...this.tasks].map(({ host }) => host.address);
  }

  addressesIn(zone: string): string[] {
    return [...this.tasks].filter(({ subnet }) => subnet.zone === zone).map(({ host }) => host.address);
  }

  /** Of the tasks that lost power and were not replaced yet. */
  get lostAddresses(): string[] {
    return this.lost.map(({ host }) => host.address);
  }

  async start(): Promise<void> {
    await this.launchFrom(0);
  }

  private async launchFrom(first: number): Promise<void> {
    const { count, subnets } = this.plan;
    const places = Array.from({ length: count }, (_, i) => subnets[i % subnets.length]!);
    await Promise.all(places.slice(first).map((subnet) => this.launch(subnet)));
  }

  /** As ECS deploys 100/200: every new task is in service before an old one leaves. Another count alone replaces none. */
  async roll(plan: ServicePlan, inService: () => Promise<void>): Promise<void> {
    const definition = (of: ServicePlan) => JSON.stringify({ ...of, count: 0 });
    const kept = definition(plan) === definition(this.plan) ? Math.min(plan.count, this.tasks.size) : 0;
    const old = [...this.tasks].slice(kept);
    this.current = plan;
    await this.launchFrom(kept);
    await inService();
    await this.retire(old);
  }

  /** A new deployment of what it runs. */
  async redeploy(inService: () => Promise<void>): Promise<void> {
    const old = [...this.tasks];
    await this.launchFrom(0);
    await inService();
    await this.retire(old);
  }

  /**
   * Scales out by a task, and in again by one that is chosen among those of its zone: ECS stops tasks where the most run
   * ("Updating Amazon ECS service parameters").
   */
  async scaleOutAndIn(
    inService: () => Promise<void>,
    choose: (among: readonly string[]) => Promise<string>,
  ): Promise<void> {
    const subnet = this.plan.subnets[0]!;
    await this.launch(subnet);
    await inService();
    await this.retire([this.taskAt(await choose(this.addressesIn(subnet.zone)))]);
  }

  /** As ECS does: it deregisters a task, waits for the delay, in which the task serves, and stops it then. */
  private async retire(tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) this.retiring.add(task);
    for (const { host } of tasks) this.withdraw(host.address);
    await sleep(this.balancer?.deregistrationDelayMs ?? delays.drainMs);
    await Promise.all(tasks.map((task) => task.stop('it is no longer wanted')));
  }

  missing(): string | undefined {
    const { count, name } = this.plan;
    return this.tasks.size === count && this.starting === 0
      ? undefined
      : `${name} to run ${count} tasks, ${this.tasks.size} run`;
  }

  /** A task in a zone. */
  hostIn(zone: string): Host {
    const task = [...this.tasks].find(({ subnet }) => subnet.zone === zone);
    if (!task) throw new Error(`${this.plan.name} runs no task in ${zone}`);
    return task.host;
  }

  /** Whether every container of every task passes its health check now. */
  async healthy(): Promise<boolean> {
    return (await Promise.all([...this.tasks].map((task) => task.healthy()))).every((each) => each);
  }

  async killProcess(address?: string): Promise<string> {
    const task = this.taskAt(address);
    await task.kill();
    const [container] = this.plan.containers;
    const repair = container!.restarts ? `starts its ${container!.name} again` : 'replaces the task';
    return `${this.plan.name} ${task.host.address} in ${task.host.zone} (ECS ${repair})`;
  }

  async impair(how: Impairment, address?: string): Promise<void> {
    this.impairments.push(await this.taskAt(address).impair(how));
  }

  async repair(): Promise<void> {
    await Promise.all(this.impairments.splice(0).map((end) => end()));
  }

  async loseZone(zone: string): Promise<void> {
    const lost = [...this.tasks].filter(({ subnet }) => subnet.zone === zone);
    for (const task of lost) this.tasks.delete(task);
    this.lost.push(...lost);
    await Promise.all(lost.map((task) => task.losePower()));
  }

  /** Lost tasks are replaced in the zone that lost them, the worst case: nowhere else was there room. */
  restoreZone(zone: string): void {
    const lost = this.lost.filter(({ subnet }) => subnet.zone === zone);
    for (const task of lost) {
      this.lost.splice(this.lost.indexOf(task), 1);
      this.replace(task);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.plan.record) for (const address of this.addresses) this.names.remove(this.plan.record, address);
    await Promise.all([...this.tasks].map((task) => task.stop('the rehearsal ends')));
  }

  private taskAt(address: string | undefined): Task {
    const task = [...this.tasks].find(({ host }) => address === undefined || host.address === address);
    if (!task) throw new Error(`${this.plan.name} runs no task${address === undefined ? '' : ` at ${address}`}`);
    return task;
  }

  private async launch(subnet: SubnetPlan): Promise<void> {
    this.starting += 1;
    const host = await this.vpc.boot(this.plan.name, subnet);
    const task = new Task(host, subnet, this.plan, this.metadata, this.certificates);
    this.tasks.add(task);
    task.once('stopped', (reason: string) => {
      this.tasks.delete(task);
      this.breakCircuit(task, reason);
      if (!this.stopped && !this.retiring.delete(task)) this.replace(task);
    });
    if (this.plan.record) this.names.add({ ...this.plan.record, address: host.address });
    await this.balancer?.register(host.address, subnet.zone);
    this.starting -= 1;
  }

  /** Gives up on a service whose tasks do not last, as a deployment's circuit breaker does. */
  private breakCircuit({ startedAt, host }: Task, reason: string): void {
    this.shortLived = Date.now() - startedAt < circuitBreaker.shortLivedMs ? this.shortLived + 1 : 0;
    if (this.shortLived < circuitBreaker.tasks) return;
    const log = `the end of its log (${host.log.path}):\n${host.log.tail()}`;
    this.fail(new Error(`${this.plan.name}: ${this.shortLived} tasks in a row did not last, ${reason}; ${log}`));
  }

  private withdraw(address: string): void {
    if (this.plan.record) this.names.remove(this.plan.record, address);
    this.balancer?.deregister(address);
  }

  private replace(task: Task): void {
    this.withdraw(task.host.address);
    setTimeout(() => {
      if (!this.stopped) this.launch(task.subnet).catch(this.fail);
    }, delays.taskReplacementMs);
  }
}
