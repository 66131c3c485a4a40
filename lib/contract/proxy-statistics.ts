/** The ways in which proxies publish their statistics. */
export enum ProxyStatisticsEngine {
  /** The command `stats`, as memcached's own proxy answers it. */
  MEMCACHED = 'memcached',

  /** The command `stats`, as mcrouter answers it. */
  MCROUTER = 'mcrouter',

  /** A JSON document, sent to whoever connects. */
  TWEMPROXY = 'twemproxy',

  /** HAProxy's page of statistics, as CSV at `/;csv`. */
  HAPROXY = 'haproxy',
}

/** How a proxy publishes its statistics. */
export interface ProxyStatistics {
  /** The way in which the proxy publishes them. */
  readonly engine: ProxyStatisticsEngine;

  /** The TCP port to read them from. */
  readonly port: number;
}
