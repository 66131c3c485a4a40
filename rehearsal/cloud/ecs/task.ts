import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { ServicePlan, SubnetPlan } from '../../assembly/plan';
import { Container } from '../../namespace/container';
import type { Host } from '../../namespace/host';
import { impair, type Impairment } from '../impairment';
import { type MetadataServer, taskMetadataAddress } from '../metadata-server';
import { HealthCheck } from './health-check';

/** A running Fargate task: its containers on a host of its own. Emits `stopped` once, with the reason. */
export class Task extends EventEmitter {
  private readonly containers: Container[];
  private readonly checks: HealthCheck[] = [];
  readonly startedAt = Date.now();
  private ended = false;

  constructor(
    readonly host: Host,
    readonly subnet: SubnetPlan,
    plan: ServicePlan,
    private readonly metadata: MetadataServer,
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
    this.containers = plan.containers.map((definition) => {
      const environment = {
        AWS_REGION: subnet.zone.replace(/[a-z]$/, ''),
        ECS_CONTAINER_METADATA_URI_V4: `http://${taskMetadataAddress}/v4/${id}`,
        ...definition.environment,
      };
      const container = Container.start(host, { ...definition, environment, openFiles: 65535 });
      if (definition.essential) {
        container.once('exit', (code) => this.stop(`container ${definition.name} exited with ${code}`));
      }
      if (definition.healthCheck) {
        const check = new HealthCheck(container, definition.healthCheck);
        check.once('unhealthy', () => this.stop(`container ${definition.name} is unhealthy`));
        this.checks.push(check);
      }
      return container;
    });
  }

  get running(): boolean {
    return !this.ended;
  }

  /** Ends its first container's process and waits until ECS has seen it. */
  async kill(): Promise<void> {
    const stopped = once(this, 'stopped');
    await this.containers[0]!.stop();
    await stopped;
  }

  impair(how: Impairment): Promise<() => Promise<void>> {
    return impair(how, this.host, how === 'hung' ? this.containers.slice(0, 1) : this.containers);
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
