import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { inputError } from '../errors';
import type { MetricFactory } from './factory';
import { CacheLoadBalancerMetrics, type ICacheLoadBalancerMetrics } from './load-balancer-metrics';
import { MemcachedNodeMetrics, type IMemcachedNodeMetrics } from './node-metrics';
import { ProxyMetrics, type IProxyMetrics } from './proxy-metrics';

/** The metrics of a cluster: of all its nodes together, and of the parts in front of them. */
export interface IMemcachedClusterMetrics extends IMemcachedNodeMetrics {
  /** The metrics of the load balancer. */
  readonly loadBalancer: ICacheLoadBalancerMetrics;

  /** The metrics of the proxies. */
  readonly proxies: IProxyMetrics;

  /**
   * The metrics of the nodes of one zone together.
   *
   * @param zone the zone's letter
   * @throws when the cluster has no such zone
   */
  inZone(zone: string): IMemcachedNodeMetrics;

  /**
   * 1 if the probe could store and read a value through the endpoint, with at most one reconnect, and 0 if it could not.
   *
   * @default - minimum over 5 minutes
   */
  canarySuccess(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The milliseconds that the probe took to store and read a value through the endpoint, on a new connection.
   *
   * @default - maximum over 5 minutes
   */
  canaryLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of a sample of keys whose values, flags or times to live differ between zones, twice in a row. Each minute the
   * probe compares up to 300 keys; for values longer than 4 KiB it compares only the lengths.
   *
   * Published only for replicated clusters behind memcached's proxy or mcrouter.
   *
   * @default - maximum over 5 minutes
   */
  copiesDiffering(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of the same sample of keys that one zone does not hold although another zone does. It is high after a node was
   * replaced, and falls as keys are written again.
   *
   * Published only for replicated clusters behind memcached's proxy or mcrouter.
   *
   * @default - average over 5 minutes
   */
  copiesMissing(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** The metrics of a cluster, made here or elsewhere. */
export class MemcachedClusterMetrics extends MemcachedNodeMetrics implements IMemcachedClusterMetrics {
  public readonly loadBalancer: ICacheLoadBalancerMetrics;
  public readonly proxies: IProxyMetrics;

  /**
   * @param scope the cluster, for errors
   * @param zones the letters of its zones; empty when they are not known
   */
  constructor(
    factory: MetricFactory,
    private readonly scope: IConstruct,
    private readonly zones: readonly string[],
  ) {
    super(factory, {});
    this.loadBalancer = new CacheLoadBalancerMetrics(factory);
    this.proxies = new ProxyMetrics(factory);
  }

  public inZone(zone: string): IMemcachedNodeMetrics {
    const known = this.zones.length > 0 ? this.zones.includes(zone) : /^[a-z]$/.test(zone);
    if (!known) {
      const letters = this.zones.length > 0 ? this.zones.join(', ') : 'a, b, c, …';
      throw inputError({
        got: `zone is '${zone}'`,
        expected: `the letter of a zone of the cluster: ${letters}`,
        advice: "give the letter; the zone's name is not part of a metric",
        scope: this.scope,
      });
    }
    return new MemcachedNodeMetrics(this.factory, { zone });
  }

  public canarySuccess(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CanarySuccess', options);
  }

  public canaryLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CanaryLatency', options);
  }

  public copiesDiffering(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CopiesDiffering', options);
  }

  public copiesMissing(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CopiesMissing', options);
  }
}
