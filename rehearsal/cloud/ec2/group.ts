import type { InstancePlan } from '../../assembly/plan';
import { delays } from '../delays';
import { impair, type Impairment } from '../impairment';
import type { MetadataServer } from '../metadata-server';
import type { Member } from '../member';
import type { Vpc } from '../vpc';
import { type Attachments, Instance } from './instance';

/** An Auto Scaling group of one: it replaces its instance when that is lost. */
export class InstanceGroup implements Member {
  private instance: Instance | undefined;
  private lost: Instance | undefined;
  private inService = false;
  private stopped = false;
  private endImpairment = async () => {};

  constructor(
    private plan: InstancePlan,
    private readonly vpc: Vpc,
    private readonly metadata: MetadataServer,
    private readonly attachments: Attachments,
    private readonly fail: (error: unknown) => void,
  ) {}

  get nodeAddress(): string {
    return this.plan.interfaceAddress;
  }

  async start(): Promise<void> {
    await this.launch(true);
  }

  missing(): string | undefined {
    return this.inService ? undefined : `node ${this.plan.name} to be in service`;
  }

  async killProcess(): Promise<string> {
    const [container] = this.instance?.docker.running ?? [];
    if (!container) throw new Error(`node ${this.plan.name} runs no container`);
    await container.stop();
    return `memcached of node ${this.plan.name} (docker restarts it)`;
  }

  async impair(how: Impairment): Promise<void> {
    if (!this.instance) throw new Error(`node ${this.plan.name} runs no instance`);
    this.endImpairment = await impair(how, this.instance.host, this.instance.docker.running);
  }

  async repair(): Promise<void> {
    await this.endImpairment();
  }

  async loseZone(zone: string): Promise<void> {
    if (zone !== this.plan.zone || !this.instance) return;
    this.inService = false;
    const lost = this.instance;
    await lost.host.losePower();
    this.instance = undefined;
    this.lost = lost;
  }

  restoreZone(zone: string): void {
    if (zone !== this.plan.zone || this.instance) return;
    this.replace();
  }

  /** The instance has ended itself, orderly: its peers learn of it. */
  private async poweredOff(instance: Instance): Promise<void> {
    if (this.instance !== instance) return;
    this.inService = false;
    this.instance = undefined;
    this.lost = instance;
    await instance.host.stop();
    this.replace();
  }

  private replace(): void {
    setTimeout(() => {
      if (!this.stopped) this.launch(false).catch(this.fail);
    }, delays.instanceReplacementMs);
    // The replacement has to wait for its interface, as on AWS.
    setTimeout(() => this.lost?.release(), delays.instanceReplacementMs + delays.interfaceReleaseMs);
  }

  /** The old instance goes first: the two cannot hold the interface at once. */
  async roll(plan: InstancePlan): Promise<void> {
    this.plan = plan;
    this.inService = false;
    const old = this.instance;
    this.instance = undefined;
    await old?.host.stop();
    old?.release();
    await this.launch(true);
  }

  async stop(): Promise<void> {
    this.stopped = true; // the next cluster may have the same addresses
    await this.instance?.host.stop();
    this.instance?.release();
  }

  private async launch(deploying: boolean): Promise<void> {
    const host = await this.vpc.boot(this.plan.name, this.plan.subnet);
    const instance: Instance = new Instance(host, this.plan, this.metadata, this.attachments, () => {
      this.poweredOff(instance).catch(this.fail);
    });
    this.instance = instance;
    const booted = instance.boot(deploying);
    // A group has an instance in service that boots; CloudFormation waits for its signal, where it waits at all.
    if (deploying) await booted;
    else booted.catch((error) => !this.stopped && this.fail(error));
    this.inService = true;
  }
}
