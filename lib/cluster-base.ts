import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, type IConstruct } from 'constructs';
import type { Endpoint } from './network/endpoint';
import type { MetricFactory } from './observability/metrics';

/** memcached's own port. */
export const DEFAULT_PORT = 11211;

/** A memcached cluster, made here or elsewhere. */
export interface IMemcachedCluster extends IConstruct, ec2.IConnectable {
  /**
   * The one address that clients connect to.
   *
   * Reading it throws when clients connect to the nodes themselves: use `serverList`.
   */
  readonly endpoint: Endpoint;

  /** The nodes' own addresses, in the order of the pool. Empty for an imported cluster that does not name them. */
  readonly nodeEndpoints: Endpoint[];

  /**
   * What a client takes as its list of servers, `host:port` with commas between: the endpoint, or every node in the
   * order of the pool where clients hash the keys themselves.
   */
  readonly serverList: string;

  /**
   * The server list as an environment variable, for a container or a function.
   *
   * @param variable the variable's name, `MEMCACHED_SERVERS` when not given
   */
  environment(variable?: string): Record<string, string>;

  /**
   * The healthy targets behind the endpoint, the lowest count in each period.
   *
   * @default - minimum over 5 minutes
   */
  metricHealthyTargetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The unhealthy targets behind the endpoint, the highest count in each period.
   *
   * @default - maximum over 5 minutes
   */
  metricUnhealthyTargetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The connections through the endpoint.
   *
   * @default - average over 5 minutes
   */
  metricActiveFlowCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The bytes through the endpoint.
   *
   * @default - sum over 5 minutes
   */
  metricProcessedBytes(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The CPU utilization of the proxies, in percent.
   *
   * @default - average over 5 minutes
   */
  metricProxyCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The memory utilization of the proxies, in percent.
   *
   * @default - average over 5 minutes
   */
  metricProxyMemoryUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** Fails where there is no one address. */
export function knownEndpoint(endpoint: Endpoint | undefined): Endpoint {
  if (!endpoint) {
    throw new Error(
      'the cluster has no endpoint, expected a routing with one: clients connect to its nodes, so give them serverList',
    );
  }
  return endpoint;
}

/**
 * What a cluster made here and an imported one have in common.
 *
 * @internal
 */
export abstract class MemcachedClusterBase extends Construct implements IMemcachedCluster {
  public abstract readonly endpoint: Endpoint;
  public abstract readonly nodeEndpoints: Endpoint[];
  public abstract readonly connections: ec2.Connections;
  public abstract readonly serverList: string;

  /** @internal */
  protected abstract readonly _metrics: MetricFactory;

  public environment(variable = 'MEMCACHED_SERVERS'): Record<string, string> {
    return { [variable]: this.serverList };
  }

  public metricHealthyTargetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.targets('HealthyHostCount', cloudwatch.Stats.MINIMUM, undefined, options);
  }

  public metricUnhealthyTargetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.targets('UnHealthyHostCount', cloudwatch.Stats.MAXIMUM, undefined, options);
  }

  public metricActiveFlowCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.loadBalancer('ActiveFlowCount', cloudwatch.Stats.AVERAGE, options);
  }

  public metricProcessedBytes(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.loadBalancer('ProcessedBytes', cloudwatch.Stats.SUM, options);
  }

  public metricProxyCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.proxyService('CPUUtilization', cloudwatch.Stats.AVERAGE, options);
  }

  public metricProxyMemoryUtilization(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.proxyService('MemoryUtilization', cloudwatch.Stats.AVERAGE, options);
  }
}
