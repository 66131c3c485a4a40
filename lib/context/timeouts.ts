import { Duration } from 'aws-cdk-lib';
import { inputError } from '../errors';
import { knownMilliseconds } from '../validation';

/** How long the parts of a cluster wait for each other. It holds for every routing. */
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
   * How long a proxy leaves a node alone that failed, before it tries it again. Between 10 milliseconds and 10 minutes;
   * whole seconds with memcached's proxy, which counts nothing less.
   *
   * @default - 1 second with memcached's proxy; 30 seconds with twemproxy, which tries again with clients' requests;
   * 500 milliseconds with the others
   */
  readonly retry?: Duration;
}

/** How long the parts of a cluster wait for each other. */
export class CacheTimeouts {
  /** How long a proxy waits until a node accepts its connection. */
  public readonly connect: Duration;

  /** How long a proxy waits for a node's answer. */
  public readonly request: Duration;

  /**
   * How long a proxy leaves a node alone that failed.
   *
   * @default - what suits the routing
   */
  public readonly retry?: Duration;

  /**
   * What a client should set as its time-out: a proxy's two tries that run out of both time-outs, and the request that
   * is answered. One second by default. A client that gives up earlier gives up on requests that would be answered.
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
