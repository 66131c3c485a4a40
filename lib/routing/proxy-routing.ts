import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import type { ProxyContext } from '../context/proxy-context';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { ReadRouting } from '../metrics/read-routing';
import { CacheLoadBalancer } from '../network/load-balancer';
import { localZone } from './local-zone';
import type { IProxyEngine, ProxyHost, ProxySpecification } from './proxy-specification';
import { completeProxyTier, ProxyTier, type EndOfTls, type ProxyTierOptions } from './proxy-tier';
import type { IRouting, RoutingBindOptions, RoutingConfig } from './strategy';

/**
 * A routing that sends requests through a tier of proxies on Fargate behind a Network Load Balancer. It creates the load
 * balancer, the tier, its scaling and its security groups; a subclass only specifies the process of a proxy.
 */
export abstract class ProxyRouting implements IRouting, IProxyEngine {
  private readonly tier: Required<ProxyTierOptions>;

  /**
   * @throws when an option of the tier is out of its range
   */
  constructor(options: ProxyTierOptions = {}) {
    this.tier = completeProxyTier(options);
  }

  /** Creates the load balancer and the proxies. The cluster calls this once. */
  public bind(scope: Construct, { context, fleet, nodeConnections }: RoutingBindOptions): RoutingConfig {
    const specification = this.specify(scope, context, fleet.nodes, { loopback: false, ...this.tier });
    const tls = this._endOfTls(context);
    const loadBalancer = new CacheLoadBalancer(scope, 'Endpoint', {
      context,
      targetsPerZone: this.tier.minProxiesPerZone,
      targetTls: tls?.ports,
    });
    const { service } = new ProxyTier(scope, 'Proxy', { context, loadBalancer, specification, tier: this.tier, tls });
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
      engine: this,
      reads: specification.reads ?? ReadRouting.KEY,
      connections: loadBalancer.connections,
    };
  }

  /** Specifies the process of a proxy for these nodes, in the tier or beside an application. The cluster calls this. */
  public specifyProxy(
    scope: Construct,
    context: ProxyContext,
    nodes: IMemcachedNode[],
    host: ProxyHost,
  ): ProxySpecification {
    return this.specify(scope, context, nodes, host);
  }

  /**
   * Specifies the process of a proxy for these nodes. This is called once before any part of the tier is created, and once for
   * each sidecar.
   *
   * @param scope the construct that the proxy is created in, for warnings and for constructs that the process needs
   * @param context what the cluster provides: zones, topology, time-outs, port, image
   * @param nodes the nodes, in the order of the pool
   * @param host where the proxy runs: in the tier, or beside an application, where it listens only on loopback
   */
  protected abstract specify(
    scope: Construct,
    context: ProxyContext,
    nodes: IMemcachedNode[],
    host: ProxyHost,
  ): ProxySpecification;

  /**
   * How the process ends TLS; nothing where it does not.
   *
   * @internal
   */
  protected _endOfTls(_context: CacheContext): EndOfTls | undefined {
    return undefined;
  }

  /**
   * Returns shell commands that find the letter of the zone that the proxy runs in, and export it, for a process that reads
   * from its own zone first. They go before the command of the process. The image has to hold `sed` and `wget`.
   *
   * They take the zone from the environment variable `AVAILABILITY_ZONE` or, without it, from the metadata of the ECS task.
   *
   * @param context what the cluster provides
   * @param variable the environment variable that gets the letter
   */
  protected localZoneCommands(context: ProxyContext, variable: string): string[] {
    return localZone(context, variable);
  }
}
