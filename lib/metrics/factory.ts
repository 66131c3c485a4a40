import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { MetricDetail } from './detail';
import { NAMESPACE, type ClusterMetricName, type NodeMetricName } from '../contract/metric-names';

/** All metrics of a cluster are published each minute. */
export const EACH_MINUTE = { period: Duration.minutes(1) };

/** The names under which CloudWatch knows a cluster's parts. */
export interface MetricDimensions {
  /** The cluster's name, under which the probe publishes. */
  readonly clusterName?: string;

  /** `net/name/id` of the load balancer. */
  readonly loadBalancerFullName?: string;

  /** `targetgroup/name/id` of the target group. */
  readonly targetGroupFullName?: string;

  /** The ECS cluster's name. */
  readonly ecsClusterName?: string;

  /** The proxies' service's name. */
  readonly proxyServiceName?: string;
}

/** What a metric of the probe is of: of the cluster as a whole when neither is given. */
export interface ProbedPart {
  /** The zone's letter. */
  readonly zone?: string;

  /** The node's name. */
  readonly node?: string;
}

/** Makes a cluster's metrics, and says what is missing when it cannot. */
export class MetricFactory {
  /**
   * @param published what the probe publishes; unknown for a cluster made elsewhere
   */
  constructor(
    private readonly scope: Construct,
    private readonly dimensions: MetricDimensions,
    private readonly published: { readonly probe: boolean; readonly detail: MetricDetail } = {
      probe: true,
      detail: MetricDetail.NODE,
    },
  ) {}

  /** Whether the names are known that a metric needs. */
  public knows(...names: (keyof MetricDimensions)[]): boolean {
    return names.every((name) => this.dimensions[name] !== undefined);
  }

  /** A metric of the probe. */
  public probed(metricName: string, part: ProbedPart = {}, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    const dimensionsMap: Record<string, string> = {};
    if (part.zone !== undefined) dimensionsMap.Zone = part.zone;
    if (part.node !== undefined) dimensionsMap.Node = part.node;
    this.checkPublished(metricName, part);
    const statistic = statisticOf(metricName, part);
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

  private checkPublished(metricName: string, { zone, node }: ProbedPart): void {
    const { probe, detail } = this.published;
    if (!probe) {
      throw new Error(`${metricName} is asked for while probe is false, expected true: nothing else publishes it`);
    }
    const finest = [MetricDetail.CLUSTER, MetricDetail.ZONE, MetricDetail.NODE];
    const needed =
      node !== undefined ? MetricDetail.NODE : zone !== undefined ? MetricDetail.ZONE : MetricDetail.CLUSTER;
    if (finest.indexOf(detail) < finest.indexOf(needed)) {
      const part = node !== undefined ? `node ${node}` : `zone ${zone}`;
      throw new Error(
        `${metricName} of ${part} is asked for with metricDetail ${detail}, expected ${needed} or finer: raise ` +
          'metricDetail, or ask the cluster for it',
      );
    }
  }

  private metric(
    namespace: string,
    metricName: string,
    statistic: string,
    needed: (keyof MetricDimensions)[],
    extra: Record<string, string>,
    options?: cloudwatch.MetricOptions,
  ): cloudwatch.Metric {
    const dimensionsMap: Record<string, string> = {};
    for (const name of needed) {
      const value = this.dimensions[name];
      if (!value) {
        throw new Error(
          `${metricName} has no ${name}, expected one: pass it to fromMemcachedClusterAttributes, ` +
            'or do not ask for this metric with a routing that has no such part',
        );
      }
      dimensionsMap[DIMENSION_NAMES[namespace][name]!] = value;
    }
    return new cloudwatch.Metric({
      namespace,
      metricName,
      statistic,
      dimensionsMap: { ...dimensionsMap, ...extra },
      ...options,
    }).attachTo(Stack.of(this.scope));
  }
}

const DIMENSION_NAMES: Record<string, Partial<Record<keyof MetricDimensions, string>>> = {
  [NAMESPACE]: { clusterName: 'Cluster' },
  'AWS/NetworkELB': { loadBalancerFullName: 'LoadBalancer', targetGroupFullName: 'TargetGroup' },
  'AWS/ECS': { ecsClusterName: 'ClusterName', proxyServiceName: 'ServiceName' },
};

const { AVERAGE, MINIMUM, MAXIMUM } = cloudwatch.Stats;

/** Each is published once a minute: what matters of several minutes is the worst, or their mean. */
const NODE_STATISTICS: Record<NodeMetricName, string> = {
  HitRatio: AVERAGE,
  Gets: AVERAGE,
  Sets: AVERAGE,
  Evictions: AVERAGE,
  BytesUsedRatio: MAXIMUM,
  CurrItems: AVERAGE,
  Connections: AVERAGE,
  ConnectionsRatio: MAXIMUM,
  ListenDisabled: MAXIMUM,
  Rejected: MAXIMUM,
  Uptime: MINIMUM,
  Reachable: MINIMUM,
  ProbeLatency: MAXIMUM,
};

const CLUSTER_STATISTICS: Record<ClusterMetricName, string> = {
  CanarySuccess: MINIMUM,
  CanaryLatency: MAXIMUM,
  ReachableProxies: MINIMUM,
  BackendErrors: AVERAGE,
  Failovers: AVERAGE,
  MarkedBad: AVERAGE,
};

function statisticOf(metricName: string, { zone, node }: ProbedPart): string {
  const ofCluster = zone === undefined && node === undefined;
  const statistics: Record<string, string> = { ...NODE_STATISTICS, ...(ofCluster ? CLUSTER_STATISTICS : {}) };
  if (!(metricName in statistics)) {
    const part = ofCluster ? 'a cluster' : node === undefined ? 'a zone' : 'a node';
    throw new Error(
      `metricName is '${metricName}', expected one that the probe publishes of ${part}: ` +
        `${Object.keys(statistics).join(', ')}; take another one, or make the metric with CloudWatch's own Metric`,
    );
  }
  return statistics[metricName];
}
