import { Annotations, Tags, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct, type IConstruct } from 'constructs';
import { CacheContext, CacheTag } from './context';
import { MemcachedImage } from './image';
import { Endpoint } from './network/endpoint';
import type { EndpointLoadBalancer } from './network/load-balancer';
import { cacheZones } from './network/zones';
import { MemcachedNodes, type IMemcachedNodes, type MemcachedNode } from './nodes';
import { CacheAlarms, type CacheAlarmsProps } from './observability/alarms';
import { MetricFactory, type MetricDimensions } from './observability/metrics';
import { Routing, type IRouting } from './routing';
import { CacheTopology } from './topology';
import { knownInteger } from './validation';

const DEFAULT_PORT = 11211;

/** A memcached cluster, made here or elsewhere. */
export interface IMemcachedCluster extends IConstruct, ec2.IConnectable {
  /** The one address that clients connect to. */
  readonly endpoint: Endpoint;

  /** The nodes' own addresses, in the order of the pool. Empty for an imported cluster that does not name them. */
  readonly nodeEndpoints: Endpoint[];

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

abstract class MemcachedClusterBase extends Construct implements IMemcachedCluster {
  public abstract readonly endpoint: Endpoint;
  public abstract readonly nodeEndpoints: Endpoint[];
  public abstract readonly connections: ec2.Connections;

  /** @internal */
  protected abstract readonly _metrics: MetricFactory;

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

/** Properties of `MemcachedCluster`. */
export interface MemcachedClusterProps {
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

  /**
   * Thresholds of the alarms.
   *
   * @default - see each
   */
  readonly alarms?: CacheAlarmsProps;
}

/** Attributes of a cluster made elsewhere. */
export interface MemcachedClusterAttributes {
  /** The host name of the endpoint. */
  readonly endpointAddress: string;

  /**
   * The port of the endpoint.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * The security groups of the endpoint, to which rules are added.
   *
   * @default - none, the cluster cannot be opened from here
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The nodes' own addresses, in the order of the pool.
   *
   * @default - none
   */
  readonly nodeEndpoints?: Endpoint[];

  /**
   * `net/name/id` of the load balancer, for its metrics.
   *
   * @default - none, asking for a metric of the load balancer is an error
   */
  readonly loadBalancerFullName?: string;

  /**
   * `targetgroup/name/id` of the target group, for its metrics.
   *
   * @default - none, asking for a metric of the targets is an error
   */
  readonly targetGroupFullName?: string;

  /**
   * The name of the ECS cluster that the proxies run in, for their metrics.
   *
   * @default - none, asking for a metric of the proxies is an error
   */
  readonly ecsClusterName?: string;

  /**
   * The name of the proxies' service, for their metrics.
   *
   * @default - none, asking for a metric of the proxies is an error
   */
  readonly proxyServiceName?: string;
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

  /** The one address that clients connect to. */
  public readonly endpoint: Endpoint;

  /** The nodes, in the order of the pool. */
  public readonly nodes: MemcachedNode[];

  /** The nodes' own addresses, in the order of the pool. Closed to clients that use the endpoint. */
  public readonly nodeEndpoints: Endpoint[];

  /** Who may connect to the endpoint; the default port is its port. */
  public readonly connections: ec2.Connections;

  /** The load balancer behind the endpoint, when the routing has one. */
  public readonly loadBalancer?: EndpointLoadBalancer;

  /** The service that runs the proxies, when the routing has them. */
  public readonly proxyService?: ecs.FargateService;

  /** @internal */
  protected readonly _metrics: MetricFactory;

  private readonly cacheAlarms: CacheAlarms;

  /**
   * @throws when the subnets are in fewer than two zones, or the port is out of its range
   */
  constructor(scope: Construct, id: string, props: MemcachedClusterProps) {
    super(scope, id);
    const context = new CacheContext(this, 'Context', {
      vpc: props.vpc,
      zones: cacheZones(props.vpc, props.vpcSubnets),
      topology: props.topology ?? CacheTopology.replicated(),
      image: props.image ?? MemcachedImage.official(),
      port: knownInteger('port', props.port ?? DEFAULT_PORT, {
        min: 1024,
        max: 65535,
        advice: 'ports below 1024 need privileges that memcached does not have; leave it out for 11211',
      }),
      cpuArchitecture: props.cpuArchitecture ?? ecs.CpuArchitecture.ARM64,
      ecsCluster: props.ecsCluster,
    });
    Tags.of(this).add(CacheTag.CLUSTER, context.clusterTag);

    const nodeSecurityGroup = new ec2.SecurityGroup(this, 'NodeSecurityGroup', {
      vpc: props.vpc,
      description: 'The nodes of a memcached cluster',
      allowAllOutbound: false,
      allowAllIpv6Outbound: false,
    });
    nodeSecurityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'software, images and AWS');
    const nodeConnections = new ec2.Connections({ securityGroups: [nodeSecurityGroup] });

    const nodesScope = new Construct(this, 'Nodes');
    const fleet = (props.nodes ?? MemcachedNodes.ec2()).bind(nodesScope, context, nodeSecurityGroup);
    this.nodes = fleet.nodes;
    this.nodeEndpoints = fleet.nodes.map(({ endpoint }) => endpoint);

    const routingScope = new Construct(this, 'Routing');
    const routing = (props.routing ?? Routing.memcachedProxy()).bind(routingScope, context, fleet, nodeConnections);
    this.endpoint = routing.endpoint;
    this.connections = routing.connections;
    this.loadBalancer = routing.loadBalancer;
    this.proxyService = routing.proxyService;

    this._metrics = new MetricFactory(this, {
      loadBalancerFullName: routing.loadBalancer?.loadBalancer.loadBalancerFullName,
      targetGroupFullName: routing.loadBalancer?.targetGroup.targetGroupFullName,
      ecsClusterName: routing.proxyService?.cluster.clusterName,
      proxyServiceName: routing.proxyService?.serviceName,
    });
    this.cacheAlarms = new CacheAlarms(
      this,
      'Alarms',
      {
        metrics: this._metrics,
        zones: context.zones,
        nodes: fleet.nodes,
        minTargets: routing.minTargets,
        hasProxies: routing.proxyService !== undefined,
        ready: [fleet.ready, ...(routing.proxyService ? [routing.proxyService] : [])],
      },
      props.alarms,
    );
    this.warn(context);
  }

  /** The alarms. They tell nobody before `addAlarmAction`. */
  public get alarms(): cloudwatch.Alarm[] {
    return this.cacheAlarms.alarms;
  }

  /** Adds actions to every alarm, such as a message to an SNS topic. */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    this.cacheAlarms.addAlarmAction(...actions);
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
        `the image is memcached ${release}, expected 1.6.42 or later, which mends CVE-2026-47783 and CVE-2026-47784: ` +
          'use a newer tag',
      );
    }
  }
}

class ImportedMemcachedCluster extends MemcachedClusterBase {
  public readonly endpoint: Endpoint;
  public readonly nodeEndpoints: Endpoint[];
  public readonly connections: ec2.Connections;
  protected readonly _metrics: MetricFactory;

  constructor(scope: Construct, id: string, attributes: MemcachedClusterAttributes) {
    super(scope, id);
    const endpointPort = attributes.port ?? DEFAULT_PORT;
    if (!Token.isUnresolved(endpointPort)) {
      knownInteger('port', endpointPort, { min: 1, max: 65535, advice: 'give the port of the endpoint' });
    }
    if (attributes.endpointAddress === '') {
      throw new Error("endpointAddress is '', expected the host name or address of the endpoint: give it");
    }
    this.endpoint = new Endpoint(attributes.endpointAddress, endpointPort);
    this.nodeEndpoints = attributes.nodeEndpoints ?? [];
    this.connections = new ec2.Connections({
      securityGroups: attributes.securityGroups ?? [],
      defaultPort: ec2.Port.tcp(endpointPort),
    });
    const dimensions: MetricDimensions = attributes;
    this._metrics = new MetricFactory(this, dimensions);
  }
}
