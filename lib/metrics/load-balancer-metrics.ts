import { Stats, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricFactory } from './factory';

/**
 * The metrics of a cluster's load balancer, under AWS's own names. It is the load balancer behind the endpoint or, where
 * clients connect to the nodes, the one behind the configuration endpoint.
 */
export interface ICacheLoadBalancerMetrics {
  /**
   * The targets that pass their health checks: proxies, or nodes where there are no proxies in front of them. Each node of the
   * load balancer counts for itself, so AWS advises using the maximum (guide to Network Load Balancers, "Statistics"). With
   * `ClientAffinity.ZONE` each node of the load balancer counts only the targets of its own zone, so this is the count of the
   * zone that has the most.
   *
   * @default - maximum over 5 minutes
   */
  healthyHostCount(options?: MetricOptions): Metric;

  /**
   * The targets that fail their health checks. With the minimum as the statistic, these are the targets that fail for every
   * node of the load balancer.
   *
   * @default - minimum over 5 minutes
   */
  unHealthyHostCount(options?: MetricOptions): Metric;

  /**
   * The connections through the load balancer.
   *
   * @default - average over 5 minutes
   */
  activeFlowCount(options?: MetricOptions): Metric;

  /**
   * The bytes through the load balancer.
   *
   * @default - sum over 5 minutes
   */
  processedBytes(options?: MetricOptions): Metric;

  /**
   * The connections that targets have reset.
   *
   * @default - sum over 5 minutes
   */
  tcpTargetResetCount(options?: MetricOptions): Metric;

  /**
   * The connections that the load balancer has reset: those to unhealthy targets, and those that were idle for too long.
   *
   * @default - sum over 5 minutes
   */
  tcpElbResetCount(options?: MetricOptions): Metric;

  /**
   * The connections that were refused because the load balancer had no port left to reach a target. Published only when it
   * is not zero.
   *
   * @default - sum over 5 minutes
   */
  portAllocationErrorCount(options?: MetricOptions): Metric;

  /**
   * The connections that the load balancer sent to unhealthy targets because too few others were left.
   *
   * @default - sum over 5 minutes
   */
  unhealthyRoutingFlowCount(options?: MetricOptions): Metric;
}

/** The metrics that AWS publishes of a Network Load Balancer and its target group. */
export class CacheLoadBalancerMetrics implements ICacheLoadBalancerMetrics {
  constructor(private readonly factory: MetricFactory) {}

  public healthyHostCount(options?: MetricOptions): Metric {
    return this.factory.targets('HealthyHostCount', Stats.MAXIMUM, undefined, options);
  }

  public unHealthyHostCount(options?: MetricOptions): Metric {
    return this.factory.targets('UnHealthyHostCount', Stats.MINIMUM, undefined, options);
  }

  public activeFlowCount(options?: MetricOptions): Metric {
    return this.factory.loadBalancer('ActiveFlowCount', Stats.AVERAGE, options);
  }

  public processedBytes(options?: MetricOptions): Metric {
    return this.factory.loadBalancer('ProcessedBytes', Stats.SUM, options);
  }

  public tcpTargetResetCount(options?: MetricOptions): Metric {
    return this.factory.loadBalancer('TCP_Target_Reset_Count', Stats.SUM, options);
  }

  public tcpElbResetCount(options?: MetricOptions): Metric {
    return this.factory.loadBalancer('TCP_ELB_Reset_Count', Stats.SUM, options);
  }

  public portAllocationErrorCount(options?: MetricOptions): Metric {
    return this.factory.loadBalancer('PortAllocationErrorCount', Stats.SUM, options);
  }

  public unhealthyRoutingFlowCount(options?: MetricOptions): Metric {
    return this.factory.loadBalancer('UnhealthyRoutingFlowCount', Stats.SUM, options);
  }
}
