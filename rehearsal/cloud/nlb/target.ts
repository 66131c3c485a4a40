/**
 * For how long a Network Load Balancer goes on sending new connections to a target that it should send none: after it has
 * marked it unhealthy, where users saw 30 to 40 seconds, and after its deregistration, where they saw two minutes whatever
 * the delay (aws/containers-roadmap#470, kubernetes-sigs/aws-load-balancer-controller#2366 and #3270).
 */
export const goesOnSending = { unhealthySeconds: 35, deregisteredSeconds: 120 } as const;

/** What of it is known from elsewhere. */
export interface Leaving {
  /** How long it goes on sending to one that was deregistered, at the rehearsal's pace. */
  readonly sendsMs: number;
  /** When the delay after a deregistration is over, at the same pace. */
  readonly delayMs: number;
  readonly endsConnectionsWhenUnhealthy: boolean;
  readonly endsConnectionsWhenDeregistered: boolean;
}

/** A target, as one node of the load balancer sees it. Times are in milliseconds of the same clock. */
export class Target {
  /** Whether the node sends new connections to it. */
  routed = false;
  private isHealthy = false;
  private wasHealthy = false;
  private unhealthySince = 0;
  private leftAt: number | undefined;
  private ended = false;

  constructor(
    readonly slot: string,
    private readonly leaving: Leaving,
  ) {}

  get registered(): boolean {
    return this.leftAt === undefined;
  }

  get healthy(): boolean {
    return this.isHealthy;
  }

  /** One that has yet to pass its first health checks is not unhealthy: AWS calls it initial. */
  get unhealthy(): boolean {
    return this.wasHealthy && !this.isHealthy;
  }

  /** What its health checks say. They go on after its deregistration, so that one that is dead is found to be so. */
  see(healthy: boolean, now: number): void {
    if (this.isHealthy && !healthy) this.unhealthySince = now;
    if (healthy !== this.isHealthy && this.registered) this.ended = false;
    this.isHealthy = healthy;
    this.wasHealthy ||= healthy;
  }

  deregister(now: number): void {
    this.leftAt ??= now;
    this.ended = false;
  }

  /** One that is unhealthy has been so for long. */
  settle(): void {
    this.unhealthySince = -Infinity;
  }

  takesConnections(now: number): boolean {
    if (this.isHealthy) return this.leftAt === undefined || now - this.leftAt < this.leaving.sendsMs;
    return this.wasHealthy && now - this.unhealthySince < goesOnSending.unhealthySeconds * 1000;
  }

  /** Whether the open connections to it are to be ended now: once each time. */
  endsConnections(now: number): boolean {
    const ends =
      (this.unhealthy && this.leaving.endsConnectionsWhenUnhealthy) ||
      (this.delayIsOver(now) && this.leaving.endsConnectionsWhenDeregistered);
    if (!ends || this.ended) return false;
    this.ended = true;
    return true;
  }

  /** Whether the node has forgotten it. */
  isGone(now: number): boolean {
    return this.delayIsOver(now) && !this.takesConnections(now);
  }

  private delayIsOver(now: number): boolean {
    return this.leftAt !== undefined && now - this.leftAt >= this.leaving.delayMs;
  }
}
