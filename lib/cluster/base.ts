import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import type { Endpoint } from '../network/endpoint';
import type { IMemcachedNode } from '../nodes/node';
import { dashboardWidgets, type DashboardSource } from '../monitoring/dashboard/widgets';
import type { MetricFactory } from '../metrics/factory';
import { Observed, type IMemcachedMetrics } from '../metrics/node-metrics';

/** memcached's own port. */
export const DEFAULT_PORT = 11211;

/** A memcached cluster, made here or elsewhere. */
export interface IMemcachedCluster extends IConstruct, ec2.IConnectable, IMemcachedMetrics {
  /**
   * The one address that clients connect to.
   *
   * Reading it throws when clients connect to the nodes themselves: use `serverList`.
   */
  readonly endpoint: Endpoint;

  /** The nodes, in the order of the pool. Empty for an imported cluster that does not name them. */
  readonly nodes: IMemcachedNode[];

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
   * A metric of the nodes of one zone together, by its name, such as `HitRatio`.
   *
   * @param zone the zone's letter
   * @default - over 5 minutes, with the statistic of the method that bears the metric's name
   */
  metricInZone(zone: string, metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * 1 when the probe could store and read a value through the endpoint, with one reconnect, and 0 when it could not.
   *
   * @default - minimum over 5 minutes
   */
  metricCanarySuccess(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Milliseconds that it took the probe to store and read a value through the endpoint, on a new connection.
   *
   * @default - maximum over 5 minutes
   */
  metricCanaryLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The proxies that answer the probe. Of more than eight it may not find all: Route 53 answers with eight at a time.
   *
   * @default - minimum over 5 minutes
   */
  metricReachableProxies(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Failures per second that the proxies met at nodes: of connecting, of answering in time, of the answer. memcached's proxy
   * counts each when it begins, so the figure falls back to 0 while a node stays lost.
   *
   * Only memcached's proxy, mcrouter, twemproxy and HAProxy tell.
   *
   * @default - average over 5 minutes
   */
  metricBackendErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Requests per second that the proxies sent on to another node. Of a replicated cluster behind memcached's proxy, reads that
   * missed in a zone are among them, once for each zone that is asked after it.
   *
   * Only memcached's proxy, mcrouter and HAProxy tell.
   *
   * @default - average over 5 minutes
   */
  metricFailovers(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Times per second that a proxy took a node for lost, or one of its connections to the node.
   *
   * Only memcached's proxy, twemproxy and HAProxy tell.
   *
   * @default - average over 5 minutes
   */
  metricMarkedBad(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The widgets of the cluster's dashboard, row by row, for a dashboard of your own.
   *
   * @default - health, traffic, hit ratio, memory and network, of what the cluster has
   */
  dashboardWidgets(): cloudwatch.IWidget[][];

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
   * The connections that targets have reset.
   *
   * @default - sum over 5 minutes
   */
  metricTargetResetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The connections that the load balancer has reset: it ends those to unhealthy targets so, and those that were idle.
   *
   * @default - sum over 5 minutes
   */
  metricLoadBalancerResetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The connections that were refused since the load balancer had no port left to reach a target. None are published while
   * there are none.
   *
   * @default - sum over 5 minutes
   */
  metricPortAllocationErrorCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The connections that the load balancer sent to unhealthy targets, since it had too few others.
   *
   * @default - sum over 5 minutes
   */
  metricUnhealthyRoutingFlowCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

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
export abstract class MemcachedClusterBase extends Observed implements IMemcachedCluster {
  public abstract readonly endpoint: Endpoint;
  public abstract readonly nodes: IMemcachedNode[];
  public abstract readonly nodeEndpoints: Endpoint[];
  public abstract readonly connections: ec2.Connections;
  public abstract readonly serverList: string;

  /** @internal */
  protected abstract readonly _metrics: MetricFactory;

  public environment(variable = 'MEMCACHED_SERVERS'): Record<string, string> {
    return { [variable]: this.serverList };
  }

  public dashboardWidgets(): cloudwatch.IWidget[][] {
    return dashboardWidgets(this._dashboardSource());
  }

  public metricInZone(zone: string, metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.probed(metricName, { zone }, options);
  }

  public metricCanarySuccess(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CanarySuccess', options);
  }

  public metricCanaryLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CanaryLatency', options);
  }

  public metricReachableProxies(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ReachableProxies', options);
  }

  public metricBackendErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('BackendErrors', options);
  }

  public metricFailovers(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Failovers', options);
  }

  public metricMarkedBad(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('MarkedBad', options);
  }

  public metricTargetResetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.loadBalancer('TCP_Target_Reset_Count', cloudwatch.Stats.SUM, options);
  }

  public metricLoadBalancerResetCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.loadBalancer('TCP_ELB_Reset_Count', cloudwatch.Stats.SUM, options);
  }

  public metricPortAllocationErrorCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.loadBalancer('PortAllocationErrorCount', cloudwatch.Stats.SUM, options);
  }

  public metricUnhealthyRoutingFlowCount(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.loadBalancer('UnhealthyRoutingFlowCount', cloudwatch.Stats.SUM, options);
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

  /** @internal */
  protected _probeMetric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.probed(metricName, {}, options);
  }

  /**
   * What there is to show on a dashboard.
   *
   * @internal
   */
  protected abstract _dashboardSource(): DashboardSource;
}
