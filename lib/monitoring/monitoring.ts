import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { nameOf } from '../network/private-names';
import type { MemcachedNodeFleet } from '../nodes/node';
import { ReadRouting, type RoutingConfig } from '../routing/strategy';
import type { CacheAlarmsProps } from './alarms/options';
import { CacheAlarms } from './alarms/alarms';
import type { AlarmSpecification } from './alarms/specification';
import { awsAlarms } from './alarms/aws-alarms';
import { CacheProbe } from './probe';
import type { DashboardSource } from './dashboard/widgets';
import { MetricFactory, type MetricDimensions } from '../metrics/factory';
import { probeAlarms } from './alarms/probe-alarms';
import { CachePrometheus } from './prometheus';
import { proxyZoneUnknown } from './alarms/proxy-zone-unknown';

/** What is to be watched. */
export interface CacheMonitoringProps {
  readonly context: CacheContext;
  readonly fleet: MemcachedNodeFleet;
  readonly nodeConnections: ec2.Connections;
  readonly routing: RoutingConfig;
  readonly alarms?: CacheAlarmsProps;
}

/** Everything that watches a cluster, wired to what it watches. */
export class CacheMonitoring {
  public readonly metrics: MetricFactory;
  public readonly probe?: CacheProbe;
  public readonly prometheus?: CachePrometheus;
  public readonly alarms: CacheAlarms;

  constructor(
    private readonly scope: Construct,
    private readonly props: CacheMonitoringProps,
  ) {
    const { context, fleet, nodeConnections, routing } = props;
    const ready = [fleet.ready, ...(routing.proxyService ? [routing.proxyService] : [])];
    const scraped = context.prometheus && routing.proxyMetricsPort !== undefined;
    const named = context.probe || scraped ? this.proxies : undefined;
    const proxyHostname = named && nameOf(new Construct(scope, 'ProxyNames'), context, named, 'proxies');

    this.metrics = new MetricFactory(scope, dimensionsOf(props), {
      probe: context.probe,
      detail: context.metricDetail,
    });
    if (context.probe) {
      const targets = { nodes: fleet.nodes, nodeConnections, routing, proxyHostname, ready };
      this.probe = new CacheProbe(scope, 'Probe', context, targets);
    }
    if (context.prometheus) this.prometheus = this.exporters(proxyHostname);
    // The schedule waits for the rest.
    const awaited = this.probe ? [this.probe.schedule] : ready;
    const specifications = this.alarmSpecifications();
    this.alarms = new CacheAlarms(scope, 'Alarms', context.clusterName, specifications, awaited, props.alarms);
  }

  /** What there is to show, but for the cluster itself. */
  public dashboardSource(): Omit<DashboardSource, 'cluster'> {
    const { context, fleet, routing } = this.props;
    const { down, degraded, alarms } = this.alarms;
    return {
      name: context.clusterName,
      zones: context.zones.map(({ label }) => label),
      nodes: fleet.nodes,
      detail: context.metricDetail,
      probed: context.probe,
      hasEndpoint: routing.endpoint !== undefined,
      hasLoadBalancer: routing.loadBalancer !== undefined,
      hasProxies: this.proxies !== undefined,
      tellsBackends: routing.proxyStatistics !== undefined,
      alarms: [down, degraded, ...alarms].filter((alarm) => alarm !== undefined),
    };
  }

  /** The proxies. Where clients know the nodes, a service only tells them which: it is none. */
  private get proxies(): ecs.FargateService | undefined {
    const { endpoint, proxyService } = this.props.routing;
    return endpoint && proxyService;
  }

  private exporters(proxyHostname?: string): CachePrometheus {
    const { context, fleet, nodeConnections, routing } = this.props;
    const port = routing.proxyMetricsPort;
    return new CachePrometheus({
      clusterName: context.clusterName,
      nodes: fleet.nodes,
      nodeConnections,
      proxies:
        this.proxies && proxyHostname !== undefined && port !== undefined
          ? { hostname: proxyHostname, port, connections: this.proxies.connections }
          : undefined,
    });
  }

  /** Of 100 reads of which half are in the cache, each of the other 50 is a miss of every node that is asked. */
  private lowHitRatio(): number {
    const { context, fleet, routing } = this.props;
    const half: Record<ReadRouting, number> = {
      [ReadRouting.KEY]: 1 / 2,
      [ReadRouting.ZONES]: 1 / (1 + context.zones.length),
      [ReadRouting.ANY]: 1 / (2 * fleet.nodes.length),
    };
    return Math.round(half[routing.reads ?? ReadRouting.KEY] * 1000) / 1000;
  }

  private alarmSpecifications(): AlarmSpecification[] {
    const { metrics, proxies, scope } = this;
    const { context, fleet, routing } = this.props;
    const { zones, metricDetail: detail } = context;
    const hasEndpoint = routing.endpoint !== undefined;
    const hasProxies = routing.proxyService !== undefined;
    const minProxies = proxies && routing.minTargets;
    return [
      ...(context.probe
        ? probeAlarms({ metrics, zones, detail, hasEndpoint, minProxies, lowHitRatio: this.lowHitRatio() })
        : []),
      ...awsAlarms({
        metrics,
        zones,
        nodes: fleet.nodes,
        minTargets: routing.minTargets,
        hasProxies,
        servesClients: hasEndpoint,
      }),
      ...(proxies && routing.reads === ReadRouting.ZONES ? [proxyZoneUnknown(scope, context)] : []),
    ];
  }
}

function dimensionsOf({ context, routing: { loadBalancer, proxyService } }: CacheMonitoringProps): MetricDimensions {
  return {
    clusterName: context.clusterName,
    loadBalancerFullName: loadBalancer?.loadBalancer.loadBalancerFullName,
    targetGroupFullName: loadBalancer?.targetGroup.targetGroupFullName,
    ecsClusterName: proxyService?.cluster.clusterName,
    proxyServiceName: proxyService?.serviceName,
  };
}
