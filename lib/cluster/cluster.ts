import { Annotations, Tags } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct, type IDependable } from 'constructs';
import { MemcachedImage } from '../containers/memcached-image';
import { knownArchitecture } from '../containers/processors';
import { cachedMemcached, knownPrefix } from '../containers/pull-through-cache';
import { CacheContext } from '../context/cache-context';
import { ClientAffinity } from '../context/client-affinity';
import { knownEncryptionKey } from '../context/encryption';
import { CacheTimeouts } from '../context/timeouts';
import { CacheTopology } from '../context/topology';
import { CacheTag } from '../contract/tags';
import type { IMemcachedCluster } from '../interfaces/memcached-cluster';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { MemcachedClusterMetrics, type IMemcachedClusterMetrics } from '../metrics/cluster-metrics';
import { CacheMetricDetail } from '../contract/metric-detail';
import { MetricFactory } from '../metrics/factory';
import type { ClusterFacts } from '../metrics/facts';
import { CacheDashboard } from '../monitoring/dashboard/dashboard';
import { isEnabled } from '../monitoring/alarms/make-alarm';
import { CacheMonitoring } from '../monitoring/monitoring';
import type { CachePrometheus } from '../monitoring/prometheus';
import type { Endpoint } from '../network/endpoint';
import { endpointService, type EndpointServiceOptions } from '../network/endpoint-service';
import type { CacheLoadBalancer } from '../network/load-balancer';
import { checkNetwork, checkZones } from '../network/network-checks';
import { knownIpAddressType } from '../network/ip-address-type';
import { hostSecurityGroup } from '../network/security-group';
import { cacheZones } from '../network/zones';
import { MemcachedNodes } from '../nodes';
import { Routing } from '../routing';
import type { SidecarSource } from '../routing/sidecar';
import type { RoutingConfig } from '../routing/strategy';
import { inputError } from '../errors';
import { having, knownBoolean, knownInteger, knownMember, whereGiven } from '../validation';
import { DEFAULT_PORT, isMemcachedCluster, MemcachedClusterBase } from './base';
import { factsOfMade } from './facts';
import { ImportedMemcachedCluster, type MemcachedClusterAttributes } from './imported';
import type { MemcachedClusterOptions } from './options';
import { readinessOf } from './readiness';

/** Properties of `MemcachedCluster`. */
export interface MemcachedClusterProps extends MemcachedClusterOptions {
  /** The network that the cluster is in. */
  readonly vpc: ec2.IVpc;
}

/**
 * A memcached cluster with one address that survives the loss of any node, proxy or availability zone.
 *
 * Nothing can connect to it until you call `connections.allowDefaultPortFrom`.
 */
export class MemcachedCluster extends MemcachedClusterBase {
  /** Whether a value is a cluster of this library, defined in this app or imported. */
  public static isMemcachedCluster(value: unknown): boolean {
    return isMemcachedCluster(value);
  }

  /** Imports a cluster that is defined elsewhere. */
  public static fromMemcachedClusterAttributes(
    scope: Construct,
    id: string,
    attributes: MemcachedClusterAttributes,
  ): IMemcachedCluster {
    return new ImportedMemcachedCluster(scope, id, attributes);
  }

  /**
   * The SSM parameter that holds the server list.
   *
   * @default - the routing publishes none
   */
  public readonly serverListParameter?: ssm.IStringParameter;

  /**
   * The endpoint that tells clients the addresses of the nodes, as ElastiCache's configuration endpoint does.
   *
   * @default - the routing has none
   */
  public readonly configurationEndpoint?: Endpoint;

  /**
   * Where clients connect with TLS: the name that the certificate is for, and the port. If the cluster serves TLS only, it is
   * also the `endpoint`.
   *
   * @default - clients connect without TLS
   */
  public readonly tlsEndpoint?: Endpoint;

  /** How long proxies wait for nodes, and how long a client should wait. */
  public readonly timeouts: CacheTimeouts;

  /** The name of the cluster, in its tags and in the dimension `Cluster` of its metrics. */
  public readonly clusterName: string;

  /** The nodes, in the order of the pool. */
  public readonly nodes: IMemcachedNode[];

  /** The nodes' own addresses, in the order of the pool. If there is an endpoint, the nodes let no client in. */
  public readonly nodeEndpoints: Endpoint[];

  /**
   * Controls who may connect to the endpoint, or to the nodes where clients connect to them. The default port is the port that
   * clients connect to.
   */
  public readonly connections: ec2.Connections;

  /**
   * The load balancer behind the endpoint, or behind the configuration endpoint.
   *
   * @default - the routing has neither
   */
  public readonly loadBalancer?: CacheLoadBalancer;

  /**
   * The endpoint service that other networks and accounts connect to through AWS PrivateLink.
   *
   * @default - the endpoint is not shared
   */
  public readonly endpointService?: ec2.VpcEndpointService;

  /**
   * The service that runs the proxies.
   *
   * @default - the routing has no proxies
   */
  public readonly proxyService?: ecs.FargateService;

  /**
   * The IAM role of the nodes. Adding a permission to it does not replace any node.
   *
   * @default - none, if the nodes run on a compute of your own that returns no role
   */
  public readonly nodeRole?: iam.IRole;

  /**
   * The IAM role of the proxies.
   *
   * @default - the routing has no proxies
   */
  public readonly proxyRole?: iam.IRole;

  /**
   * A dependency for clients that need the cache from their first second: `service.node.addDependency(cache.ready)`. Such a
   * client starts only after the nodes and proxies answer. Do not depend on the whole cluster: it contains the rules that let
   * the client in, and these name the client's security group, so the dependency would be circular.
   */
  public readonly ready: IDependable;

  /**
   * The service that answers the configuration endpoint.
   *
   * @default - the routing has none
   */
  public readonly configurationService?: ecs.FargateService;

  /** The log of every process and of the probe: each event is a JSON object. */
  public readonly logGroup: logs.ILogGroup;

  /** The function that asks nodes and proxies for their statistics, unless it is switched off. */
  public readonly probeFunction?: lambda.IFunction;

  /** The dashboard, unless it is switched off. */
  public readonly dashboard?: cloudwatch.Dashboard;

  /** The Prometheus exporters, when there are any. */
  public readonly prometheus?: CachePrometheus;

  /** The cluster's metrics: those of all nodes together, of the proxies and of the load balancer. */
  public readonly metrics: IMemcachedClusterMetrics;

  /** The security group of the nodes. */
  public readonly nodeSecurityGroup: ec2.ISecurityGroup;

  /** The names of the availability zones, in the order of their letters. */
  public readonly availabilityZones: string[];

  /** @internal */
  protected readonly _endpoint?: Endpoint;

  private readonly sidecars: Omit<SidecarSource, 'engine'> & Pick<RoutingConfig, 'engine'>;
  private readonly facts: ClusterFacts;
  private readonly monitoring: CacheMonitoring;

  /**
   * @throws when the subnets are in fewer than two zones, or the port is out of its range
   */
  constructor(scope: Construct, id: string, props: MemcachedClusterProps) {
    super(scope, id);
    checkNetwork(this, props.vpc);
    const context = makeContext(this, props);
    this.clusterName = context.clusterName;
    Tags.of(this).add(CacheTag.CLUSTER, context.clusterName);

    const description = 'The nodes of a memcached cluster';
    const nodeSecurityGroup = hostSecurityGroup(this, 'NodeSecurityGroup', props.vpc, description);
    this.nodeSecurityGroup = nodeSecurityGroup;
    this.availabilityZones = context.zones.map(({ availabilityZone }) => availabilityZone);
    const nodeConnections = new ec2.Connections({ securityGroups: [nodeSecurityGroup] });

    const nodes = having('nodes', props.nodes ?? MemcachedNodes.ec2(), 'bind', 'one of MemcachedNodes');
    const fleet = nodes.bind(new Construct(this, 'Nodes'), { context, securityGroup: nodeSecurityGroup });
    this.nodes = fleet.nodes;
    this.nodeRole = fleet.role;
    this.nodeEndpoints = fleet.nodes.map(({ endpoint }) => endpoint);

    const strategy = having('routing', props.routing ?? Routing.memcachedProxy(), 'bind', 'one of Routing');
    const routing = strategy.bind(new Construct(this, 'Routing'), { context, fleet, nodeConnections });
    const configuration = routing.discovery?.configurationEndpoint;
    this._endpoint = routing.endpoint;
    this.tlsEndpoint = routing.loadBalancer?.tlsEndpoint;
    this.serverListParameter = routing.discovery?.serverListParameter;
    this.configurationEndpoint = configuration?.endpoint;
    this.configurationService = configuration?.service;
    this.timeouts = context.timeouts;
    this.connections = routing.connections;
    this.loadBalancer = routing.loadBalancer ?? configuration?.loadBalancer;
    this.endpointService = endpointServiceOf(this, routing, context, props.endpointService);
    this.proxyService = routing.proxies?.service;
    this.proxyRole = this.proxyService?.taskDefinition.taskRole;
    this.ready = readinessOf(this, fleet, routing);

    const facts = factsOfMade(context, fleet, routing);
    this.facts = facts;
    this.metrics = new MemcachedClusterMetrics(
      new MetricFactory(this, facts.names, facts),
      this,
      facts.zones.map(({ label }) => label),
    );
    const { alarms } = props;
    this.monitoring = new CacheMonitoring(this, { context, fleet, nodeConnections, routing, facts, alarms });
    this.logGroup = context.logGroup;
    this.sidecars = { engine: routing.engine, context, nodes: fleet.nodes, nodeConnections, logGroup: this.logGroup };
    this.probeFunction = this.monitoring.probe?.function;
    this.prometheus = this.monitoring.prometheus;
    if (knownBoolean('dashboard', props.dashboard ?? true))
      this.dashboard = new CacheDashboard(this, 'Dashboard', { cluster: this }).dashboard;
    this.warn(context);
  }

  /**
   * Returns one of the cluster's alarms, which can be a composite one.
   *
   * @param id the alarm's id within the cluster, such as `CacheDown` or `ZoneANodeUnreachable`
   * @throws when the cluster has no such alarm; the error lists those that it has
   */
  public alarm(id: string): cloudwatch.AlarmBase {
    return this.monitoring.alarms.alarm(id);
  }

  /**
   * All alarms except the two composite ones. They have no actions: add actions to the alarms that should notify somebody by
   * themselves.
   */
  public get alarms(): cloudwatch.Alarm[] {
    return this.monitoring.alarms.alarms;
  }

  /**
   * The composite alarm that is in alarm while clients are not served.
   *
   * @default - none, if all alarms behind it are switched off
   */
  public get downAlarm(): cloudwatch.CompositeAlarm | undefined {
    return this.monitoring.alarms.down;
  }

  /**
   * The composite alarm that is in alarm while something is wrong that clients may not notice yet. Its actions wait while
   * `downAlarm` is in alarm.
   *
   * @default - none, if all alarms behind it are switched off
   */
  public get degradedAlarm(): cloudwatch.CompositeAlarm | undefined {
    return this.monitoring.alarms.degraded;
  }

  /**
   * Adds actions to the two composite alarms, such as a message to an SNS topic. You then get one page, however many of the
   * alarms behind them fire.
   */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    this.monitoring.alarms.addAlarmAction(...actions);
  }

  /** @internal */
  protected _sidecarSource(): SidecarSource {
    const { engine, ...others } = this.sidecars;
    if (engine) return { engine, ...others };
    throw inputError({
      got: 'the routing has no proxies',
      expected: 'one whose proxy can run beside an application',
      advice:
        'set routing to Routing.memcachedProxy(), Routing.mcrouter() or Routing.twemproxy(), or to Routing.sidecar()',
      scope: this,
    });
  }

  /** @internal */
  protected get _facts(): ClusterFacts {
    return { ...this.facts, alarms: this.monitoring.alarms.all };
  }

  private warn(context: CacheContext): void {
    // A proxy at the least, and another one while it is replaced.
    const others = (this.proxyService ? 2 : 0) + (this.loadBalancer ? 1 : 0) + (this.probeFunction ? 1 : 0);
    checkZones(this, context.zones, this.nodes.length / context.zones.length + others);
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

/** What shares the endpoint, when it is to be shared. */
function endpointServiceOf(
  cluster: Construct,
  { endpoint, loadBalancer }: RoutingConfig,
  { tls }: CacheContext,
  options?: EndpointServiceOptions,
): ec2.VpcEndpointService | undefined {
  const shared = { loadBalancer: endpoint && loadBalancer, mutualTls: tls?.mutual ?? false };
  return options && endpointService(cluster, 'EndpointService', shared, options);
}

/** What the cluster provides to its parts: its properties, checked and completed. */
function makeContext(scope: Construct, props: MemcachedClusterProps): CacheContext {
  const pullThroughCachePrefix = whereGiven(props.pullThroughCachePrefix, knownPrefix);
  const probe = knownBoolean('probe', props.probe ?? true);
  const image = having('image', props.image ?? MemcachedImage.official(), 'toContainerImage', 'a MemcachedImage');
  return new CacheContext(scope, 'Context', {
    vpc: props.vpc,
    zones: cacheZones(props.vpc, props.vpcSubnets),
    topology: having('topology', props.topology ?? CacheTopology.replicated(), 'kind', 'one of CacheTopology'),
    timeouts: new CacheTimeouts(props.timeouts ?? {}),
    image: cachedMemcached(image, pullThroughCachePrefix),
    pullThroughCachePrefix,
    port: knownInteger('port', props.port ?? DEFAULT_PORT, {
      min: 1024,
      max: 65535,
      advice: 'ports below 1024 need privileges that memcached does not have; leave it out for 11211',
    }),
    ipAddressType: whereGiven(props.ipAddressType, knownIpAddressType),
    cpuArchitecture: knownArchitecture(props.cpuArchitecture ?? ecs.CpuArchitecture.ARM64),
    ecsCluster: whereGiven(props.ecsCluster, (it) => having('ecsCluster', it, 'clusterName', 'an ECS cluster')),
    encryptionKey: whereGiven(props.encryptionKey, (it) => knownEncryptionKey(scope, it)),
    logGroup: whereGiven(props.logGroup, (it) => having('logGroup', it, 'logGroupName', 'a log group')),
    tls: whereGiven(props.tls, (it) => having('tls', it, 'hostname', 'one of CacheTls')),
    zonalShift: knownBoolean('zonalShift', props.zonalShift ?? false),
    clientAffinity: whereGiven(props.clientAffinity, (it) => knownMember('clientAffinity', it, ClientAffinity)),
    probe,
    metricDetail: knownMember('metricDetail', props.metricDetail ?? CacheMetricDetail.NODE, CacheMetricDetail),
    latencyByOutcome: knownBoolean('latencyByOutcome', props.latencyByOutcome ?? false),
    canaryAlarm: probe && isEnabled('canaryFailing', props.alarms),
    prometheus: whereGiven(props.prometheus, (it) => having('prometheus', it, 'imageUri', 'a PrometheusExporter')),
  });
}
