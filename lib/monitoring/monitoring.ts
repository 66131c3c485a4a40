import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { MetricFactory } from '../metrics/factory';
import { keepsCopies, type ClusterFacts } from '../metrics/facts';
import { ReadRouting } from '../metrics/read-routing';
import { nameOf } from '../network/private-names';
import type { MemcachedNodeFleet } from '../nodes/node';
import type { RoutingConfig } from '../routing/strategy';
import { CacheAlarms } from './alarms/alarms';
import { awsAlarms } from './alarms/aws-alarms';
import type { CacheAlarmsOptions } from './alarms/options';
import { probeAlarms } from './alarms/probe-alarms';
import { certificateRefused, proxyZoneUnknown } from './alarms/log-alarms';
import type { AlarmSpecification } from './alarms/specification';
import { CacheProbe } from './probe';
import { CachePrometheus } from './prometheus';

/** What is to be monitored. */
export interface MonitoredParts {
  readonly context: CacheContext;
  readonly fleet: MemcachedNodeFleet;
  readonly nodeConnections: ec2.Connections;
  readonly routing: RoutingConfig;
  readonly facts: ClusterFacts;
  readonly alarms?: CacheAlarmsOptions;
}

/** Everything that monitors a cluster, wired to what it monitors. */
export class CacheMonitoring {
  public readonly probe?: CacheProbe;
  public readonly prometheus?: CachePrometheus;
  public readonly alarms: CacheAlarms;

  constructor(
    private readonly scope: Construct,
    private readonly props: MonitoredParts,
  ) {
    const { context, fleet, nodeConnections, routing } = props;
    const service = routing.proxies?.service ?? routing.discovery?.configurationEndpoint?.service;
    const ready = [fleet.ready, ...(service ? [service] : [])];
    const proxyHostname = this.nameProxies();
    if (context.probe) {
      const { nodes } = fleet;
      const copies = keepsCopies(props.facts);
      const parts = { context, nodes, nodeConnections, routing, copies, proxyHostname, ready };
      this.probe = new CacheProbe(scope, 'Probe', parts);
    }
    if (context.prometheus) this.prometheus = this.exporters(proxyHostname);
    this.alarms = new CacheAlarms(scope, 'Alarms', {
      clusterName: context.clusterName,
      specifications: this.alarmSpecifications(),
      // The schedule waits for the rest.
      ready: this.probe ? [this.probe.schedule] : ready,
      options: props.alarms,
    });
  }

  /** Gives the proxies a name where something has to find each of them. */
  private nameProxies(): string | undefined {
    const { context, routing } = this.props;
    const { proxies } = routing;
    const scraped = context.prometheus && proxies?.metricsPort !== undefined;
    if (!proxies || !(context.probe || scraped)) return undefined;
    return nameOf(new Construct(this.scope, 'ProxyNames'), context, proxies.service, 'proxies');
  }

  private exporters(hostname?: string): CachePrometheus {
    const { context, fleet, nodeConnections, routing } = this.props;
    const { service, metricsPort: port } = routing.proxies ?? {};
    return new CachePrometheus({
      clusterName: context.clusterName,
      nodes: fleet.nodes,
      nodeConnections,
      proxies:
        service && hostname !== undefined && port !== undefined
          ? { hostname, port, connections: service.connections }
          : undefined,
    });
  }

  private alarmSpecifications(): AlarmSpecification[] {
    const { context, facts } = this.props;
    const factory = new MetricFactory(this.scope, facts.names, facts);
    const readsByZone = (facts.proxies !== undefined || facts.sidecarsOnly) && facts.reads === ReadRouting.ZONES;
    return [
      ...(facts.probed ? probeAlarms(factory, facts) : []),
      ...awsAlarms(factory, facts),
      ...(readsByZone ? [proxyZoneUnknown(this.scope, context)] : []),
      ...(context.tls?._proxy ? [certificateRefused(this.scope, context)] : []),
    ];
  }
}
