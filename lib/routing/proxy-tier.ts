import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { ContainerSpecification } from '../containers/specification';
import type { CacheContext } from '../context/cache-context';
import { CacheTag } from '../contract/tags';
import {
  CONTAINER_NAME,
  fargateTask,
  fargateTaskSize,
  SERVICE_PROPERTIES,
  type FargateTaskSize,
} from '../containers/fargate-task';
import { EndpointLoadBalancer } from '../network/load-balancer';
import { hostSecurityGroup } from '../network/security-group';
import type { MemcachedNode, MemcachedNodeFleet } from '../nodes/node';
import { knownInteger } from '../validation';
import type { IRouting, ProxyStatistics, ReadRouting, RoutingConfig } from './strategy';

/** Properties of a tier of proxies on Fargate. */
export interface ProxyTierProps extends FargateTaskSize {
  /**
   * The fewest proxies in each zone.
   *
   * @default 1
   */
  readonly minProxiesPerZone?: number;

  /**
   * The most proxies in each zone.
   *
   * @default - four times the fewest
   */
  readonly maxProxiesPerZone?: number;

  /**
   * The CPU utilization, in percent, that the number of proxies is scaled to keep.
   *
   * @default 50
   */
  readonly targetCpuUtilizationPercent?: number;
}

/** Checks the properties of a proxy tier before anything is made. */
export function completeProxyTier(props: ProxyTierProps): Required<ProxyTierProps> {
  const min = knownInteger('minProxiesPerZone', props.minProxiesPerZone ?? 1, {
    min: 1,
    advice: 'a zone without a proxy reads every key from another zone',
  });
  return {
    ...fargateTaskSize(props, { cpu: 256, memoryPerCpu: 2 }),
    minProxiesPerZone: min,
    maxProxiesPerZone: knownInteger('maxProxiesPerZone', props.maxProxiesPerZone ?? min * 4, {
      min,
      advice: `it cannot be lower than minProxiesPerZone (${min})`,
    }),
    targetCpuUtilizationPercent: knownInteger('targetCpuUtilizationPercent', props.targetCpuUtilizationPercent ?? 50, {
      min: 10,
      max: 90,
      advice: 'proxies need room for the load of those that fail',
    }),
  };
}

/** The process of a proxy. */
export interface ProxySpecification extends ContainerSpecification {
  /**
   * How the process tells its statistics.
   *
   * @default - it tells none
   */
  readonly statistics?: ProxyStatistics;

  /**
   * The nodes that a read is asked of.
   *
   * @default ReadRouting.KEY
   */
  readonly reads?: ReadRouting;

  /**
   * The TCP port on which Prometheus finds the process's metrics, at `/metrics`.
   *
   * @default - it has none
   */
  readonly metricsPort?: number;
}

/** A strategy whose requests go through a tier of proxies: what is left to it is the process of a proxy. */
export abstract class ProxyRouting implements IRouting {
  private readonly tier: Required<ProxyTierProps>;

  constructor(props: ProxyTierProps) {
    this.tier = completeProxyTier(props);
  }

  public bind(
    scope: Construct,
    context: CacheContext,
    fleet: MemcachedNodeFleet,
    nodeConnections: ec2.Connections,
  ): RoutingConfig {
    const specification = this.specify(scope, context, fleet.nodes);
    const loadBalancer = new EndpointLoadBalancer(scope, 'Endpoint', context);
    const { service } = new ProxyTier(scope, 'Proxy', context, loadBalancer, specification, this.tier);
    nodeConnections.allowFrom(service, ec2.Port.tcp(context.port), 'memcached from the proxies');
    service.node.addDependency(fleet.ready);
    return {
      endpoint: loadBalancer.endpoint,
      connections: loadBalancer.connections,
      loadBalancer,
      proxyService: service,
      proxyStatistics: specification.statistics,
      reads: specification.reads,
      proxyMetricsPort: specification.metricsPort,
      minTargets: this.tier.minProxiesPerZone * context.zones.length,
    };
  }

  /** The process of a proxy before these nodes. It may add warnings to the scope. */
  protected abstract specify(scope: Construct, context: CacheContext, nodes: MemcachedNode[]): ProxySpecification;
}

/**
 * Stateless processes behind a load balancer: one Fargate service over all zones, scaled on CPU.
 *
 * The engine is not its concern: memcached's proxy and every other is a container specification to it.
 */
export class ProxyTier extends Construct {
  public readonly service: ecs.FargateService;

  constructor(
    scope: Construct,
    id: string,
    context: CacheContext,
    loadBalancer: EndpointLoadBalancer,
    specification: ContainerSpecification,
    props: Required<ProxyTierProps>,
    role = 'proxy',
  ) {
    super(scope, id);
    if (specification.ownPorts?.includes(specification.port)) {
      throw new Error(
        `port is ${specification.port}, expected another one: the routing's own processes take it; choose a port other than ` +
          specification.ownPorts.join(', '),
      );
    }
    const securityGroup = hostSecurityGroup(this, 'SecurityGroup', context.vpc, 'The proxies of a memcached cluster');
    this.service = new ecs.FargateService(this, 'Service', {
      ...SERVICE_PROPERTIES,
      cluster: context.ecsCluster,
      taskDefinition: fargateTask(this, 'Task', context, specification, props),
      vpcSubnets: { subnets: context.zones.map(({ subnet }) => subnet) },
      securityGroups: [securityGroup],
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
    });
    Tags.of(this.service).add(CacheTag.ROLE, role);
    this.service.node.addDependency(...context.zones.map(({ subnet }) => subnet.internetConnectivityEstablished));

    const port = ec2.Port.tcp(specification.port);
    loadBalancer.connections.allowTo(securityGroup, port, 'memcached to the proxies, and their health checks');
    loadBalancer.targetGroup.addTarget(
      this.service.loadBalancerTarget({ containerName: CONTAINER_NAME, containerPort: specification.port }),
    );

    const zones = context.zones.length;
    // The service states no desired count: an update of the stack would set a tier that has scaled out back to it.
    this.service
      .autoScaleTaskCount({
        minCapacity: props.minProxiesPerZone * zones,
        maxCapacity: props.maxProxiesPerZone * zones,
      })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: props.targetCpuUtilizationPercent });
  }
}
