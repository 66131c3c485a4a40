import { ClientSideRouting, type ClientSideProps } from './client-side';
import { HaproxyRouting, type HaproxyProps } from './haproxy';
import { McrouterRouting, type McrouterProps } from './mcrouter';
import { MemcachedProxyRouting, type MemcachedProxyProps } from './memcached-proxy';
import { NetworkLoadBalancerRouting } from './network-load-balancer';
import { NginxStreamRouting, type NginxStreamProps } from './nginx-stream';
import type { IRouting } from './strategy';
import { TwemproxyRouting, type TwemproxyProps } from './twemproxy';

export type { ClientSideProps } from './client-side';
export type { HaproxyProps } from './haproxy';
export type { McrouterProps } from './mcrouter';
export type { MemcachedProxyProps } from './memcached-proxy';
export type { NginxStreamProps } from './nginx-stream';
export type { ProxyTierProps } from './proxy-tier';
export * from './strategy';
export type { TwemproxyProps } from './twemproxy';

/**
 * The ways in which requests reach the nodes. README.md compares them in figures.
 *
 * A change from one to another touches no node, but for a change to or from `networkLoadBalancer` with nodes on ECS.
 */
export class Routing {
  /**
   * memcached's built-in proxy, as a stateless tier on Fargate behind a Network Load Balancer. Serves both topologies.
   *
   * Clients speak memcached's text or meta protocol; the binary protocol gets no answer.
   *
   * @throws when a setting is out of its range
   */
  public static memcachedProxy(props: MemcachedProxyProps = {}): IRouting {
    return new MemcachedProxyRouting(props);
  }

  /**
   * mcrouter, as a stateless tier on Fargate behind a Network Load Balancer. Serves both topologies, and can warm up a node
   * that returned empty. You bring the image.
   *
   * Clients speak the text protocol.
   *
   * @throws when a setting is out of its range, or `warmUpTtl` is given for the sharded topology
   */
  public static mcrouter(props: McrouterProps): IRouting {
    return new McrouterRouting(props);
  }

  /**
   * twemproxy (nutcracker), as a stateless tier on Fargate behind a Network Load Balancer. Serves the sharded topology: it
   * hashes keys over all nodes (ketama) and puts a node that failed twice off the ring.
   *
   * Clients speak the text protocol. The first requests that meet a lost node are errors, so let clients try again, more
   * than twice.
   *
   * @throws when a setting is out of its range, or the topology is replicated
   */
  public static twemproxy(props: TwemproxyProps = {}): IRouting {
    return new TwemproxyRouting(props);
  }

  /**
   * HAProxy on layer 4, as a stateless tier on Fargate behind a Network Load Balancer: connections go to the nodes in
   * turn, or all to one active node. It knows no keys, so the topology has no effect and every protocol passes.
   *
   * Its statistics page, and `/metrics` for Prometheus, are on port 8404 of each proxy: open it with
   * `proxyService.connections`.
   *
   * @throws when a setting is out of its range, or `standby` is asked of one node
   */
  public static haproxy(props: HaproxyProps = {}): IRouting {
    return new HaproxyRouting(props);
  }

  /**
   * nginx on layer 4 (its stream module), as a stateless tier on Fargate behind a Network Load Balancer: connections go to
   * the nodes in turn. It knows no keys, so the topology has no effect and every protocol passes. Its checks are passive: a
   * lost node is found by the connection attempts that fail, a hung one is not found.
   *
   * @throws when a setting is out of its range
   */
  public static nginxStream(props: NginxStreamProps = {}): IRouting {
    return new NginxStreamRouting(props);
  }

  /**
   * A Network Load Balancer straight before the nodes: each connection stays with the node it was given. It knows no keys,
   * so the topology has no effect and every protocol passes. Its checks are connections: a hung node is not found.
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
  public static clientSide(props: ClientSideProps = {}): IRouting {
    return new ClientSideRouting(props);
  }

  private constructor() {}
}
