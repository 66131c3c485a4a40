import { EventEmitter } from 'node:events';
import type { HealthCheckPlan } from '../../assembly/plan';
import type { Container } from '../../namespace/container';

/** ECS's container health check: the command really runs in the container. Emits `unhealthy` once. */
export class HealthCheck extends EventEmitter {
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly startedAt = Date.now();

  constructor(
    private readonly container: Container,
    private readonly plan: HealthCheckPlan,
  ) {
    super();
    this.schedule();
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.check(), this.plan.intervalSeconds * 1000);
  }

  private async check(): Promise<void> {
    const { code } = await this.container.exec(this.plan.argv, this.plan.timeoutSeconds * 1000);
    if (this.timer === undefined) return;
    const starting = Date.now() - this.startedAt < this.plan.startSeconds * 1000;
    if (code === 0) this.failures = 0;
    else if (!starting) this.failures += 1;
    if (this.failures >= this.plan.retries) {
      this.end();
      this.emit('unhealthy');
      return;
    }
    this.schedule();
  }
}
