import { knownInteger } from '../validation';
import { completeProxyTier, type ProxyTierOptions } from './proxy-tier';

/** How many connections of clients a proxy takes. */
export interface ProxyConnectionsOptions {
  /**
   * The most connections of clients that a proxy takes at once. Further ones are refused or have to wait.
   *
   * In memcached's proxy an idle connection takes 0.5 KiB of memory, and one whose request is half read takes 16 KiB. HAProxy
   * and nginx have two buffers of 16 KiB for each connection. Where memcached's proxy terminates TLS (`CacheTls.proxy`), an
   * idle connection takes 28 KiB.
   *
   * @default - 16 for each MiB of `memoryLimitMiB`, up to 16384: 8192 in 512 MiB, whose buffers take at most a quarter of the
   * memory in memcached's proxy, or half of it in HAProxy and nginx; where the proxy terminates TLS, 8 for each MiB that is
   * left after the 192 MiB of the container that reads its certificate: 2560 in 512 MiB
   */
  readonly maxConnections?: number;
}

const CONNECTIONS_IN_MIB = 16;

/** Of 28 KiB each: an idle connection with TLS. */
const TLS_CONNECTIONS_IN_MIB = 8;

/** For health checks, the probe and a few clients, beside up to 88 files of memcached with sixteen threads. */
const LEAST = 128;

/** A task has 65,535 files, of which a connection through HAProxy or nginx takes two. */
const MOST = 30_000;
const MOST_BY_DEFAULT = 16_384;

/**
 * The connections of a proxy with so much memory for itself.
 *
 * @param tls whether it ends TLS
 * @throws when more are requested than its memory or its files are enough for
 */
export function proxyConnectionsIn(memoryMiB: number, requested?: number, tls = false): number {
  const most = Math.min(memoryMiB * (tls ? TLS_CONNECTIONS_IN_MIB * 2 : 24), MOST);
  const inMiB = tls ? TLS_CONNECTIONS_IN_MIB : CONNECTIONS_IN_MIB;
  return knownInteger('maxConnections', requested ?? Math.min(memoryMiB * inMiB, MOST_BY_DEFAULT), {
    min: LEAST,
    max: most,
    advice: `a proxy has ${memoryMiB} MiB ${tls ? 'beside the container that reads its certificate ' : ''}and 65,535 files for them; leave it out for the default, or raise memoryLimitMiB`,
  });
}

/** What is requested, once it is known to fit into a proxy of the tier. One beside an application has a size of its own. */
export function requestedConnections(options: ProxyConnectionsOptions & ProxyTierOptions): number | undefined {
  proxyConnectionsIn(completeProxyTier(options).memoryLimitMiB, options.maxConnections);
  return options.maxConnections;
}
