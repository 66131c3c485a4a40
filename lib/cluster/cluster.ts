import { Annotations, Tags } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { DEFAULT_PORT, knownEndpoint, MemcachedClusterBase, type IMemcachedCluster } from './base';
import { CacheContext } from '../context/cache-context';
import { CacheTag } from '../contract/tags';
import { MemcachedImage } from '../containers/memcached-image';
import { ImportedMemcachedCluster, type MemcachedClusterAttributes } from './imported';
import { serverListOf, type Endpoint } from '../network/endpoint';
import type { EndpointLoadBalancer } from '../network/load-balancer';
import { hostSecurityGroup } from '../network/security-group';
import { cacheZones } from '../network/zones';
import { MemcachedNodes, type IMemcachedNode, type IMemcachedNodes } from '../nodes';
import { CacheDashboard } from '../monitoring/dashboard/dashboard';
import type { DashboardSource } from '../monitoring/dashboard/widgets';
import { MetricDetail } from '../metrics/detail';
import type { MetricFactory } from '../metrics/factory';
import { CacheMonitoring } from '../monitoring/monitoring';
import type { MonitoringProps } from '../monitoring/props';
import type { CachePrometheus } from '../monitoring/prometheus';
import { Routing, type IRouting, type RoutingConfig } from '../routing';
import { CacheTimeouts, type CacheTimeoutsProps } from '../context/timeouts';
import { CacheTopology } from '../context/topology';
import { knownInteger } from '../validation';

/** Properties of `MemcachedCluster`. */
export interface MemcachedClusterProps extends MonitoringProps {
  /** The network that the cluster lives in. */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets of nodes, proxies and endpoint: one in each zone, in at least two zones.
   *
   * Nodes fetch their software and their image from outside the VPC. A selection without a way out needs VPC endpoints
   * and an image in ECR.
   *
   * @default - the private subnets with egress, one in each zone
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Where the nodes run, how many and how large.
   *
   * @default MemcachedNodes.ec2()
   */
  readonly nodes?: IMemcachedNodes;

  /**
   * How the keys are laid out over the nodes.
   *
   * @default CacheTopology.replicated()
   */
  readonly topology?: CacheTopology;

  /**
   * How requests reach the nodes.
   *
   * @default Routing.memcachedProxy()
   */
  readonly routing?: IRouting;

  /**
   * How long the parts wait for each other, and so how long a client should wait.
   *
   * @default - see each
   */
  readonly timeouts?: CacheTimeoutsProps;

  /**
   * The memcached image, of nodes and of memcached's own proxy.
   *
   * @default MemcachedImage.official()
   */
  readonly image?: MemcachedImage;

  /**
   * The port of the endpoint, the proxies and the nodes. Between 1024 and 65535.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * The processors of Fargate tasks, and of the default instance type.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: ecs.CpuArchitecture;

  /**
   * The ECS cluster that tasks run in.
   *
   * @default - one of its own, when anything runs on ECS
   */
  readonly ecsCluster?: ecs.ICluster;
}

/**
 * A memcached cluster with one address that survives the loss of any node, proxy or availability zone.
 *
 * Nothing reaches it before `connections.allowDefaultPortFrom`.
 */
export class MemcachedCluster extends MemcachedClusterBase {
  /** Uses a cluster that was made elsewhere. */
  public static fromMemcachedClusterAttributes(
    scope: Construct,
    id: string,
    attributes: MemcachedClusterAttributes,
  ): IMemcachedCluster {
    return new ImportedMemcachedCluster(scope, id, attributes);
  }

  /** What clients take as their list of servers. */
  public readonly serverList: string;

  /**
   * The parameter that holds the server list.
   *
   * @default - the routing publishes none
   */
  public readonly serverListParameter?: ssm.IStringParameter;

  /**
   * What clients ask for the addresses of the nodes, as they ask ElastiCache's configuration endpoint.
   *
   * @default - the routing has none
   */
  public readonly configurationEndpoint?: Endpoint;

  /** How long the parts wait for each other, and how long a client should wait. */
  public readonly timeouts: CacheTimeouts;

  /** The name of the cluster, in its tags and in the dimension `Cluster` of its metrics. */
  public readonly clusterName: string;

  /** The nodes, in the order of the pool. */
  public readonly nodes: IMemcachedNode[];

  /** The nodes' own addresses, in the order of the pool. Closed to clients where there is an endpoint. */
  public readonly nodeEndpoints: Endpoint[];

  /** Who may connect to what clients connect to; the default port is its port. */
  public readonly connections: ec2.Connections;

  /** The load balancer behind the endpoint, when the routing has one. */
  public readonly loadBalancer?: EndpointLoadBalancer;

  /** The service that runs the proxies, when the routing has them. */
  public readonly proxyService?: ecs.FargateService;

  /** The log of every process and of the probe: each event is a JSON object. */
  public readonly logGroup: logs.ILogGroup;

  /** The function that asks nodes and proxies for their statistics, unless it is switched off. */
  public readonly probeFunction?: lambda.IFunction;

  /** The dashboard, unless it is switched off. */
  public readonly dashboard?: cloudwatch.Dashboard;

  /** The Prometheus exporters, when there are any. */
  public readonly prometheus?: CachePrometheus;

  /** @internal */
  protected readonly _metrics: MetricFactory;

  private readonly routing: RoutingConfig;
  private readonly monitoring: CacheMonitoring;

  /**
   * @throws when the subnets are in fewer than two zones, or the port is out of its range
   */
  constructor(scope: Construct, id: string, props: MemcachedClusterProps) {
    super(scope, id);
    const context = new CacheContext(this, 'Context', {
      vpc: props.vpc,
      zones: cacheZones(props.vpc, props.vpcSubnets),
      topology: props.topology ?? CacheTopology.replicated(),
      timeouts: new CacheTimeouts(props.timeouts),
      image: props.image ?? MemcachedImage.official(),
      port: knownInteger('port', props.port ?? DEFAULT_PORT, {
        min: 1024,
        max: 65535,
        advice: 'ports below 1024 need privileges that memcached does not have; leave it out for 11211',
      }),
      cpuArchitecture: props.cpuArchitecture ?? ecs.CpuArchitecture.ARM64,
      ecsCluster: props.ecsCluster,
      logGroup: props.logGroup,
      probe: props.probe ?? true,
      metricDetail: props.metricDetail ?? MetricDetail.NODE,
      prometheus: props.prometheus,
    });
    this.clusterName = context.clusterName;
    Tags.of(this).add(CacheTag.CLUSTER, context.clusterName);

    const description = 'The nodes of a memcached cluster';
    const nodeSecurityGroup = hostSecurityGroup(this, 'NodeSecurityGroup', props.vpc, description);
    const nodeConnections = new ec2.Connections({ securityGroups: [nodeSecurityGroup] });

    const nodesScope = new Construct(this, 'Nodes');
    const fleet = (props.nodes ?? MemcachedNodes.ec2()).bind(nodesScope, context, nodeSecurityGroup);
    this.nodes = fleet.nodes;
    this.nodeEndpoints = fleet.nodes.map(({ endpoint }) => endpoint);

    const routingScope = new Construct(this, 'Routing');
    const routing = (props.routing ?? Routing.memcachedProxy()).bind(routingScope, context, fleet, nodeConnections);
    this.routing = routing;
    this.serverList = serverListOf(routing.endpoint ? [routing.endpoint] : this.nodeEndpoints);
    this.serverListParameter = routing.serverListParameter;
    this.configurationEndpoint = routing.configurationEndpoint;
    this.timeouts = context.timeouts;
    this.connections = routing.connections;
    this.loadBalancer = routing.loadBalancer;
    this.proxyService = routing.proxyService;

    this.monitoring = new CacheMonitoring(this, { context, fleet, nodeConnections, routing, alarms: props.alarms });
    this._metrics = this.monitoring.metrics;
    this.logGroup = context.logGroup;
    this.probeFunction = this.monitoring.probe?.function;
    this.prometheus = this.monitoring.prometheus;
    if (props.dashboard ?? true) this.dashboard = new CacheDashboard(this, 'Dashboard', { cluster: this }).dashboard;
    this.warn(context);
  }

  /**
   * The one address that clients connect to.
   *
   * Reading it throws when clients connect to the nodes themselves: use `serverList`.
   */
  public get endpoint(): Endpoint {
    return knownEndpoint(this.routing.endpoint);
  }

  /** Every alarm but the two composite ones. They tell nobody: give actions of their own to those you want to hear of. */
  public get alarms(): cloudwatch.Alarm[] {
    return this.monitoring.alarms.alarms;
  }

  /**
   * In alarm while clients are not served.
   *
   * @default - none when each of the alarms behind it is switched off
   */
  public get downAlarm(): cloudwatch.CompositeAlarm | undefined {
    return this.monitoring.alarms.down;
  }

  /**
   * In alarm while something is wrong that clients may not notice yet. Its actions wait while `downAlarm` is in alarm.
   *
   * @default - none when each of the alarms behind it is switched off
   */
  public get degradedAlarm(): cloudwatch.CompositeAlarm | undefined {
    return this.monitoring.alarms.degraded;
  }

  /** Adds actions to the composite alarms, such as a message to an SNS topic: one page, however many alarms there are. */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    this.monitoring.alarms.addAlarmAction(...actions);
  }

  /** @internal */
  protected _dashboardSource(): DashboardSource {
    return { ...this.monitoring.dashboardSource(), cluster: this };
  }

  private warn(context: CacheContext): void {
    if (this.nodes.length < 3) {
      Annotations.of(this).addWarningV2(
        'cdk-memcached:fewNodes',
        `the cluster has ${this.nodes.length} nodes, expected at least 3: losing one loses half of its copies or keys; ` +
          'use three zones or a higher nodesPerZone',
      );
    }

    const { publicSubnets, isolatedSubnets } = context.vpc;
    const shut = context.zones.find(({ subnet }) => [...publicSubnets, ...isolatedSubnets].includes(subnet));
    if (shut) {
      Annotations.of(this).addWarningV2(
        'cdk-memcached:noEgress',
        `the subnet of zone ${shut.label} is public or isolated, expected a private one with egress: hosts get no public ` +
          'address, so they reach their software, image and AWS only through VPC endpoints; select others with vpcSubnets',
      );
    }
    const release = context.image.unsafeRelease();
    if (release) {
      Annotations.of(this).addWarningV2(
        'cdk-memcached:unsafeImage',
        `the image is memcached ${release}, expected 1.6.45 or later, which fixes CVE-2026-47783, CVE-2026-47784 and ` +
          'overflows in the proxy and the crawler: use a newer tag',
      );
    }
  }
}
