import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerPlan, ServicePlan, SubnetPlan } from '../../assembly/plan';
import { Container } from '../../namespace/container';
import type { Host } from '../../namespace/host';
import type { Certificates } from '../certificates';
import { delays } from '../delays';
import { impair, type Impairment } from '../impairment';
import { type MetadataServer, taskMetadataAddress } from '../metadata-server';
import { HealthCheck } from './health-check';
import { keepSecrets } from './secrets';

const lookMs = 250;

/** A running Fargate task: its containers on a host of its own. Emits `stopped` once, with the reason. */
export class Task extends EventEmitter {
  /** In the order of their definitions; one is absent as long as it waits for another. */
  private readonly containers: (Container | undefined)[];
  private readonly checks: HealthCheck[] = [];
  readonly startedAt = Date.now();
  private ended = false;

  constructor(
    readonly host: Host,
    readonly subnet: SubnetPlan,
    private readonly plan: ServicePlan,
    private readonly metadata: MetadataServer,
    certificates?: Certificates,
  ) {
    super();
    const id = randomBytes(16).toString('hex');
    metadata.serve(host.address, ({ path }) =>
      path === `/v4/${id}/task`
        ? {
            status: 200,
            body: JSON.stringify({ AvailabilityZone: subnet.zone, Family: plan.name, KnownStatus: 'RUNNING' }),
          }
        : { status: 404, body: 'not found' },
    );
    for (const { secrets } of plan.containers) if (secrets && certificates) keepSecrets(host, secrets, certificates);
    this.containers = plan.containers.map((each) => (each.waitsFor ? undefined : this.run(each, id)));
    plan.containers.forEach((each, i) => void (each.waitsFor && this.runLater(each, id, i)));
  }

  /** Starts a container when those that it waits for are healthy. ECS looks each five seconds. */
  private async runLater(definition: ContainerPlan, id: string, index: number): Promise<void> {
    const awaited = this.plan.containers.flatMap(({ name }, i) => (definition.waitsFor!.includes(name) ? [i] : []));
    while (!this.ended && !(await this.pass(awaited))) await sleep(lookMs);
    if (!this.ended) this.containers[index] = this.run(definition, id);
  }

  private run(definition: ContainerPlan, id: string): Container {
    const { host, subnet } = this;
    const environment = {
      AWS_REGION: subnet.zone.replace(/[a-z]$/, ''),
      ECS_CONTAINER_METADATA_URI_V4: `http://${taskMetadataAddress}/v4/${id}`,
      ...definition.environment,
    };
    const amazonLinux = definition.secrets !== undefined;
    const container = Container.start(host, { ...definition, environment, amazonLinux, openFiles: 65535 });
    const check = definition.healthCheck && new HealthCheck(container, definition.healthCheck);
    // Of a container that is not essential ECS only notes it.
    if (definition.essential) check?.once('unhealthy', () => this.stop(`container ${definition.name} is unhealthy`));
    if (check) this.checks.push(check);
    container.once('exit', async (code) => {
      check?.end();
      if (definition.restarts) {
        await sleep(delays.containerRestartMs);
        if (!this.ended) this.containers[this.containers.indexOf(container)] = this.run(definition, id);
      } else if (definition.essential) await this.stop(`container ${definition.name} exited with ${code}`);
    });
    return container;
  }

  get running(): boolean {
    return !this.ended;
  }

  /** Ends its first container's process and waits until ECS has seen it. */
  async kill(): Promise<void> {
    const container = this.containers[0]!;
    const seen = this.plan.containers[0]!.restarts ? once(container, 'exit') : once(this, 'stopped');
    await container.stop();
    await seen;
  }

  /** Whether every container passes its health check now. */
  async healthy(): Promise<boolean> {
    return this.pass([...this.containers.keys()]);
  }

  private async pass(indices: readonly number[]): Promise<boolean> {
    const passes = indices.map(async (i) => {
      const { healthCheck } = this.plan.containers[i]!;
      const container = this.containers[i];
      if (!container || !healthCheck) return container !== undefined;
      const { code } = await container.exec(healthCheck.argv, healthCheck.timeoutSeconds * 1000);
      return code === 0;
    });
    return (await Promise.all(passes)).every((each) => each);
  }

  impair(how: Impairment): Promise<() => Promise<void>> {
    const running = this.containers.flatMap((container) => container ?? []);
    return impair(how, this.host, how === 'hung' ? running.slice(0, 1) : running);
  }

  /** Ends the task; its peers learn of it unless the power was lost before. */
  async stop(reason: string): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.host.log.write('ecs', `task stopped: ${reason}`);
    for (const check of this.checks) check.end();
    this.metadata.forget(this.host.address);
    await this.host.stop();
    this.emit('stopped', reason);
  }

  async losePower(): Promise<void> {
    this.ended = true;
    for (const check of this.checks) check.end();
    this.metadata.forget(this.host.address);
    await this.host.losePower();
  }
}
