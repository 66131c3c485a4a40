import { Duration } from 'aws-cdk-lib';
import { inputError } from '../errors';
import { knownMilliseconds } from '../validation';

/** How long a cluster's proxies wait for its nodes. The options are the same for every routing. */
export interface CacheTimeoutsOptions {
  /**
   * How long a proxy waits until a node accepts its connection. Between 10 milliseconds and 10 seconds, and no longer
   * than `request`.
   *
   * @default Duration.millis(200)
   */
  readonly connect?: Duration;

  /**
   * How long a proxy waits for a node's answer. Between 10 milliseconds and 10 seconds, and no longer than `retry` where that
   * is given.
   *
   * @default Duration.millis(200)
   */
  readonly request?: Duration;

  /**
   * How long a proxy leaves a failed node alone before it tries that node again. Between 10 milliseconds and 10 minutes; whole
   * seconds with memcached's proxy, which cannot count less.
   *
   * @default - 1 second with memcached's proxy; 30 seconds with twemproxy, because it tries the node again with clients'
   * requests; 500 milliseconds with the others
   */
  readonly retry?: Duration;
}

/** How long a cluster's proxies wait for its nodes, and how long a client should wait. */
export class CacheTimeouts {
  /** How long a proxy waits until a node accepts its connection. */
  public readonly connect: Duration;

  /** How long a proxy waits for a node's answer. */
  public readonly request: Duration;

  /**
   * How long a proxy leaves a failed node alone.
   *
   * @default - the default of the routing
   */
  public readonly retry?: Duration;

  /**
   * The time-out that a client should set. It covers two tries of a proxy that use up both time-outs, and one request that is
   * answered. One second by default. A client that waits less gives up on requests that would still be answered.
   */
  public readonly client: Duration;

  /** @throws when a time-out is out of its range or longer than the one it has to fit in */
  constructor(props: CacheTimeoutsOptions = {}) {
    this.connect = props.connect ?? Duration.millis(200);
    this.request = props.request ?? Duration.millis(200);
    this.retry = props.retry ?? undefined;
    const advice = 'leave it out for the default';
    const connect = knownMilliseconds('timeouts.connect', this.connect, { min: 10, max: 10_000, advice });
    const request = knownMilliseconds('timeouts.request', this.request, { min: 10, max: 10_000, advice });
    const retry =
      this.retry === undefined
        ? undefined
        : knownMilliseconds('timeouts.retry', this.retry, { min: 10, max: 600_000, advice });
    fits('connect', connect, 'request', request);
    if (retry !== undefined) fits('request', request, 'retry', retry);
    this.client = Duration.millis(2 * (connect + request) + request);
  }
}

/** How long an engine that tries a failed node again by itself, beside the clients' requests, leaves it alone. */
export const DEFAULT_RETRY = Duration.millis(500);

function fits(inner: string, innerMs: number, outer: string, outerMs: number): void {
  if (innerMs > outerMs) {
    throw inputError({
      got: `timeouts.${inner} is ${innerMs} ms and timeouts.${outer} ${outerMs} ms`,
      expected: `${inner} to be no longer than ${outer}`,
      advice: `shorten ${inner} or lengthen ${outer}`,
    });
  }
}
