import { MemcachedProxyRouting, type MemcachedProxyProps } from './memcached-proxy';
import type { IRouting } from './strategy';

export type { MemcachedProxyProps } from './memcached-proxy';
export type { ProxyTierProps } from './proxy-tier';
export * from './strategy';

/** The ways in which requests reach the nodes. */
export class Routing {
  /**
   * memcached's built-in proxy, as a stateless tier on Fargate behind a Network Load Balancer.
   *
   * Clients speak memcached's text or meta protocol; the binary protocol gets no answer.
   *
   * @throws when a setting is out of its range
   */
  public static memcachedProxy(props: MemcachedProxyProps = {}): IRouting {
    return new MemcachedProxyRouting(props);
  }

  private constructor() {}
}
