import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { NAMESPACE, OUTCOME_METRICS } from '../contract/metric-names';
import { inputError } from '../errors';
import { CacheMetricDetail } from '../contract/metric-detail';
import type { MetricNames, Published } from './facts';
import { homeOf } from './home';
import { statisticOf, type ProbedPart } from './statistics';

/** All metrics of a cluster are published each minute. */
export const EACH_MINUTE = { period: Duration.minutes(1) };

/** Makes a cluster's metrics, and says what is missing when it cannot. */
export class MetricFactory {
  constructor(
    private readonly scope: Construct,
    private readonly names: MetricNames,
    private readonly published: Published,
  ) {}

  /** A metric of the probe. */
  public probed(metricName: string, part: ProbedPart = {}, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const dimensionsMap: Record<string, string> = {};
    if (part.zone !== undefined) dimensionsMap.Zone = part.zone;
    if (part.node !== undefined) dimensionsMap.Node = part.node;
    this.checkPublished(metricName, part);
    const statistic = statisticOf(metricName, part, this.scope);
    return this.metric(NAMESPACE, metricName, statistic, ['clusterName'], dimensionsMap, options);
  }

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
    const needed: (keyof MetricNames)[] = ['loadBalancerFullName', 'targetGroupFullName'];
    return this.metric('AWS/NetworkELB', metricName, statistic, needed, zone, options);
  }

  /** A metric of the service that runs the proxies. */
  public proxyService(metricName: string, statistic: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('AWS/ECS', metricName, statistic, ['ecsClusterName', 'proxyServiceName'], {}, options);
  }

  private checkPublished(metricName: string, { zone, node }: ProbedPart): void {
    const { probed, detail, latencyByOutcome } = this.published;
    if (!probed) {
      throw inputError({
        got: `${metricName} is asked for while probe is false`,
        expected: 'true',
        advice: 'nothing else publishes it; leave probe out',
        scope: this.scope,
      });
    }
    if (metricName in OUTCOME_METRICS && !latencyByOutcome) {
      throw inputError({
        got: `${metricName} is asked for while latencyByOutcome is false`,
        expected: 'true',
        advice: 'set it, or ask for readLatency or writeLatency',
        scope: this.scope,
      });
    }
    const { CLUSTER, ZONE, NODE } = CacheMetricDetail;
    const finest = [CLUSTER, ZONE, NODE];
    const needed = node !== undefined ? NODE : zone !== undefined ? ZONE : CLUSTER;
    if (finest.indexOf(detail) < finest.indexOf(needed)) {
      throw inputError({
        got: `${metricName} of ${node !== undefined ? `node ${node}` : `zone ${zone}`} is asked for with metricDetail ${detail}`,
        expected: `${needed} or finer`,
        advice: 'raise metricDetail, or ask the cluster for it',
        scope: this.scope,
      });
    }
  }

  private metric(
    namespace: string,
    metricName: string,
    statistic: string,
    needed: (keyof MetricNames)[],
    extra: Record<string, string>,
    options?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    const { region: stackRegion, account: stackAccount } = homeOf(this.scope, this.names);
    const dimensionsMap: Record<string, string> = {};
    for (const name of needed) {
      const value = this.names[name];
      if (!value) {
        throw inputError({
          got: `${metricName} has no ${name}`,
          expected: 'one',
          advice:
            'pass it to fromMemcachedClusterAttributes, or do not ask for this metric with a routing that has no such part',
          scope: this.scope,
        });
      }
      dimensionsMap[DIMENSION_NAMES[namespace][name]!] = value;
    }
    return new cloudwatch.Metric({
      namespace,
      metricName,
      statistic,
      dimensionsMap: { ...dimensionsMap, ...extra },
      ...options,
    }).with({ stackRegion, stackAccount });
  }
}

const DIMENSION_NAMES: Record<string, Partial<Record<keyof MetricNames, string>>> = {
  [NAMESPACE]: { clusterName: 'Cluster' },
  'AWS/NetworkELB': { loadBalancerFullName: 'LoadBalancer', targetGroupFullName: 'TargetGroup' },
  'AWS/ECS': { ecsClusterName: 'ClusterName', proxyServiceName: 'ServiceName' },
};
