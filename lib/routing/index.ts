import { ClientSideRouting, type ClientSideOptions } from './client-side';
import { HaproxyRouting, type HaproxyOptions } from './haproxy';
import { McrouterRouting, type McrouterOptions } from './mcrouter';
import { MemcachedProxyRouting, type MemcachedProxyOptions } from './memcached-proxy';
import { NetworkLoadBalancerRouting } from './network-load-balancer';
import { NginxStreamRouting, type NginxStreamOptions } from './nginx-stream';
import type { ProxyRouting } from './proxy-routing';
import type { IProxyEngine } from './proxy-specification';
import { SidecarRouting } from './sidecar-routing';
import type { IRouting } from './strategy';
import { TwemproxyRouting, type TwemproxyOptions } from './twemproxy';

export type { ClientSideOptions } from './client-side';
export type { HaproxyOptions } from './haproxy';
export type { McrouterOptions } from './mcrouter';
export { WriteAcknowledgement, type MemcachedProxyOptions } from './memcached-proxy';
export type { NginxStreamOptions } from './nginx-stream';
export type { ProxyConnectionsOptions } from './proxy-connections';
export { ProxyRouting } from './proxy-routing';
export * from './proxy-specification';
export type { ProxyTierOptions } from './proxy-tier';
export * from './strategy';
export type { TwemproxyOptions } from './twemproxy';

/**
 * The ways in which requests reach the nodes. docs/routing.md compares them in figures.
 *
 * A change from one to another touches no node, except a change to or from `networkLoadBalancer` with nodes on ECS.
 */
export class Routing {
  /**
   * memcached's built-in proxy, as a stateless tier on Fargate behind a Network Load Balancer. Serves both topologies.
   *
   * Clients speak memcached's text or meta protocol; the binary protocol gets no answer.
   *
   * @throws when an option is out of its range
   */
  public static memcachedProxy(options: MemcachedProxyOptions = {}): ProxyRouting {
    return new MemcachedProxyRouting(options);
  }

  /**
   * mcrouter, as a stateless tier on Fargate behind a Network Load Balancer. Serves both topologies, and can warm up a node
   * that returned empty. You bring the image.
   *
   * Clients speak the text protocol.
   *
   * @throws when an option is out of its range, or `warmUpTtl` is given for the sharded topology
   */
  public static mcrouter(options: McrouterOptions): ProxyRouting {
    return new McrouterRouting(options);
  }

  /**
   * twemproxy (nutcracker), as a stateless tier on Fargate behind a Network Load Balancer. Serves the sharded topology: it
   * hashes keys over all nodes (ketama) and removes a node from the ring after two failures.
   *
   * Clients speak the text protocol. The first requests to a lost node fail, so let clients retry more than twice.
   *
   * @throws when an option is out of its range, or the topology is replicated
   */
  public static twemproxy(options: TwemproxyOptions = {}): ProxyRouting {
    return new TwemproxyRouting(options);
  }

  /**
   * HAProxy on layer 4, as a stateless tier on Fargate behind a Network Load Balancer: connections go to the nodes in turn, or
   * all to one active node. It does not look at keys, so the topology has no effect and every protocol passes.
   *
   * Its statistics page, and `/metrics` for Prometheus, are on port 8404 of each proxy: open that port with
   * `proxyService.connections`.
   *
   * @throws when an option is out of its range, or `standby` is set for a cluster of one node
   */
  public static haproxy(options: HaproxyOptions = {}): ProxyRouting {
    return new HaproxyRouting(options);
  }

  /**
   * nginx on layer 4 (its stream module), as a stateless tier on Fargate behind a Network Load Balancer: connections go to the
   * nodes in turn. It does not look at keys, so the topology has no effect and every protocol passes. Its checks are passive:
   * it notices a lost node by connection attempts that fail, and does not notice a node that hangs.
   *
   * @throws when an option is out of its range
   */
  public static nginxStream(options: NginxStreamOptions = {}): ProxyRouting {
    return new NginxStreamRouting(options);
  }

  /**
   * A Network Load Balancer directly in front of the nodes: each connection stays with one node. It does not look at keys, so
   * the topology has no effect and every protocol passes. Its health checks only connect, so it does not notice a node that
   * hangs.
   *
   * With nodes on ECS a change from or to this routing replaces the nodes, one zone after another, because ECS replaces a
   * service's tasks when its load balancer changes.
   */
  public static networkLoadBalancer(): IRouting {
    return new NetworkLoadBalancerRouting();
  }

  /**
   * No load balancer and no proxy: clients get every node from the cluster's `serverList` and hash the keys over them. Serves
   * the sharded topology. Every protocol passes.
   *
   * The cluster has no `endpoint`; its `connections` are those of the nodes.
   *
   * @throws when the topology is replicated
   */
  public static clientSide(options: ClientSideOptions = {}): IRouting {
    return new ClientSideRouting(options);
  }

  /**
   * No load balancer and no tier of proxies: each client has a proxy beside it, on loopback. `addProxyTo` adds it to an Amazon
   * ECS task; `proxyCommand` is for other hosts. Requests do not cross zones before they reach it, and you pay for nothing but
   * its share of the client's task.
   *
   * The cluster has no `endpoint`; its `connections` are those of the nodes.
   *
   * @param proxy the routing that provides the proxy, by default memcached's own; its tier is not created
   */
  public static sidecar(proxy: IProxyEngine = Routing.memcachedProxy()): IRouting {
    return new SidecarRouting(proxy);
  }

  private constructor() {}
}
