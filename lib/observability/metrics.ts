import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** The names under which CloudWatch knows a cluster's parts. */
export interface MetricDimensions {
  /** `net/name/id` of the load balancer. */
  readonly loadBalancerFullName?: string;

  /** `targetgroup/name/id` of the target group. */
  readonly targetGroupFullName?: string;

  /** The ECS cluster's name. */
  readonly ecsClusterName?: string;

  /** The proxies' service's name. */
  readonly proxyServiceName?: string;
}

/** Makes a cluster's metrics, and says what is missing when it cannot. */
export class MetricFactory {
  constructor(
    private readonly scope: Construct,
    private readonly dimensions: MetricDimensions,
  ) {}

  /** A metric of the load balancer as a whole. */
  public loadBalancer(metricName: string, statistic: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('AWS/NetworkELB', metricName, statistic, ['loadBalancerFullName'], {}, options);
  }

  /** A metric of the target group, in one availability zone when its name is given. */
  public targets(
    metricName: string,
    statistic: string,
    availabilityZone?: string,
    options?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    const zone: Record<string, string> = availabilityZone ? { AvailabilityZone: availabilityZone } : {};
    return this.metric(
      'AWS/NetworkELB',
      metricName,
      statistic,
      ['loadBalancerFullName', 'targetGroupFullName'],
      zone,
      options,
    );
  }

  /** A metric of the service that runs the proxies. */
  public proxyService(metricName: string, statistic: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('AWS/ECS', metricName, statistic, ['ecsClusterName', 'proxyServiceName'], {}, options);
  }

  private metric(
    namespace: string,
    metricName: string,
    statistic: string,
    needed: (keyof MetricDimensions)[],
    extra: Record<string, string>,
    options?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    const dimensionsMap: Record<string, string> = { ...extra };
    for (const name of needed) {
      const value = this.dimensions[name];
      if (!value) {
        throw new Error(
          `${metricName} has no ${name}, expected one: pass it to fromMemcachedClusterAttributes, ` +
            'or do not ask for this metric with a routing that has no such part',
        );
      }
      dimensionsMap[DIMENSION_NAMES[name]] = value;
    }
    return new cloudwatch.Metric({ namespace, metricName, statistic, dimensionsMap, ...options }).attachTo(
      Stack.of(this.scope),
    );
  }
}

const DIMENSION_NAMES: Record<keyof MetricDimensions, string> = {
  loadBalancerFullName: 'LoadBalancer',
  targetGroupFullName: 'TargetGroup',
  ecsClusterName: 'ClusterName',
  proxyServiceName: 'ServiceName',
};
