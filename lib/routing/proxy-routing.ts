import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import type { ContainerSpecification } from '../containers/specification';
import { ReadRouting } from '../metrics/read-routing';
import { CacheLoadBalancer } from '../network/load-balancer';
import type { MemcachedNode } from '../nodes/node';
import { localZone } from './local-zone';
import type { ProxyStatistics } from '../contract/proxy-statistics';
import { completeProxyTier, ProxyTier, type ProxyTierOptions } from './proxy-tier';
import type { IRouting, RoutingBindOptions, RoutingConfig } from './strategy';

/** The process of a proxy. */
export interface ProxySpecification extends ContainerSpecification {
  /**
   * How the process publishes its statistics.
   *
   * @default - it publishes none
   */
  readonly statistics?: ProxyStatistics;

  /**
   * The nodes that a read is asked of.
   *
   * @default ReadRouting.KEY
   */
  readonly reads?: ReadRouting;

  /**
   * The TCP port on which Prometheus finds the metrics of the process, at `/metrics`.
   *
   * @default - it has none
   */
  readonly metricsPort?: number;
}

/**
 * A strategy whose requests go through a tier of proxies on Fargate behind a Network Load Balancer. It makes the load
 * balancer, the tier, its scaling and its security groups; a subclass only says what the process of a proxy is.
 */
export abstract class ProxyRouting implements IRouting {
  private readonly tier: Required<ProxyTierOptions>;

  /**
   * @throws when an option of the tier is out of its range
   */
  constructor(options: ProxyTierOptions = {}) {
    this.tier = completeProxyTier(options);
  }

  /** Makes the load balancer and the proxies. Called once, by the cluster. */
  public bind(scope: Construct, { context, fleet, nodeConnections }: RoutingBindOptions): RoutingConfig {
    const specification = this.specify(scope, context, fleet.nodes);
    const loadBalancer = new CacheLoadBalancer(scope, 'Endpoint', {
      context,
      targetsPerZone: this.tier.minProxiesPerZone,
    });
    const { service } = new ProxyTier(scope, 'Proxy', { context, loadBalancer, specification, tier: this.tier });
    nodeConnections.allowFrom(service, ec2.Port.tcp(context.port), 'memcached from the proxies');
    service.node.addDependency(fleet.ready);
    return {
      endpoint: loadBalancer.endpoint,
      loadBalancer,
      proxies: {
        service,
        minCount: this.tier.minProxiesPerZone * context.zones.length,
        statistics: specification.statistics,
        metricsPort: specification.metricsPort,
      },
      reads: specification.reads ?? ReadRouting.KEY,
      connections: loadBalancer.connections,
    };
  }

  /**
   * The process of a proxy before these nodes. Called once, before anything of the tier is made.
   *
   * @param scope the construct that the tier is made in, for warnings and for constructs that the process needs
   * @param context what the cluster provides: zones, topology, time-outs, port, image
   * @param nodes the nodes, in the order of the pool
   */
  protected abstract specify(scope: Construct, context: CacheContext, nodes: MemcachedNode[]): ProxySpecification;

  /**
   * Shell commands that find the letter of the zone that the proxy runs in, and export it, for a process that reads from its
   * own zone first. They go before the command of the process. The image has to hold `sed` and `wget`.
   *
   * @param context what the cluster provides
   * @param variable the environment variable that gets the letter
   */
  protected localZoneCommands(context: CacheContext, variable: string): string[] {
    return localZone(context, variable);
  }
}
