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
 * A change from one to another touches no node, but for a change to or from `networkLoadBalancer` with nodes on ECS.
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
   * hashes keys over all nodes (ketama) and removes a node that failed twice from the ring.
   *
   * Clients speak the text protocol. The first requests to a lost node fail, so let clients retry more than twice.
   *
   * @throws when an option is out of its range, or the topology is replicated
   */
  public static twemproxy(options: TwemproxyOptions = {}): ProxyRouting {
    return new TwemproxyRouting(options);
  }

  /**
   * HAProxy on layer 4, as a stateless tier on Fargate behind a Network Load Balancer: connections go to the nodes in
   * turn, or all to one active node. It knows no keys, so the topology has no effect and every protocol passes.
   *
   * Its statistics page, and `/metrics` for Prometheus, are on port 8404 of each proxy: open it with
   * `proxyService.connections`.
   *
   * @throws when an option is out of its range, or `standby` is asked of one node
   */
  public static haproxy(options: HaproxyOptions = {}): ProxyRouting {
    return new HaproxyRouting(options);
  }

  /**
   * nginx on layer 4 (its stream module), as a stateless tier on Fargate behind a Network Load Balancer: connections go to
   * the nodes in turn. It knows no keys, so the topology has no effect and every protocol passes. Its checks are passive: a
   * lost node is found by the connection attempts that fail, a hung one is not found.
   *
   * @throws when an option is out of its range
   */
  public static nginxStream(options: NginxStreamOptions = {}): ProxyRouting {
    return new NginxStreamRouting(options);
  }

  /**
   * A Network Load Balancer directly before the nodes: each connection stays with the node it was given. It knows no keys,
   * so the topology has no effect and every protocol passes. Its health checks only connect: a hung node is not found.
   *
   * With nodes on ECS a change from or to this routing replaces the nodes, one zone after another: ECS starts a service's
   * tasks anew when its load balancer changes.
   */
  public static networkLoadBalancer(): IRouting {
    return new NetworkLoadBalancerRouting();
  }

  /**
   * No load balancer and no proxy: clients know every node by the cluster's `serverList` and hash the keys over them. Serves
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
   * No load balancer and no tier of proxies: each client has a proxy beside it, on loopback. `addProxyTo` puts it into a task of
   * Amazon ECS, `proxyCommand` is for other hosts. There is no hop between zones before it, and nothing to pay for but
   * its share of the client's task.
   *
   * The cluster has no `endpoint`; its `connections` are those of the nodes.
   *
   * @param proxy the routing whose proxy it is, memcached's own when not given; its tier is not made
   */
  public static sidecar(proxy: IProxyEngine = Routing.memcachedProxy()): IRouting {
    return new SidecarRouting(proxy);
  }

  private constructor() {}
}
