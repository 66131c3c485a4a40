/** What a resource or a process is to its cluster: the value of `CacheTag.ROLE`, and `role` in the log. */
export enum CacheRole {
  /** A memcached server that holds data. */
  NODE = 'node',

  /** A process that passes requests on to the nodes. */
  PROXY = 'proxy',

  /** The same in a task of an application, or on its host, for that application alone. */
  SIDECAR = 'sidecar',

  /** What clients send their requests to. */
  ENDPOINT = 'endpoint',

  /** What lists the addresses of the nodes for clients, and passes no requests on. */
  DISCOVERY = 'discovery',

  /** The function that asks nodes and proxies for their statistics. */
  PROBE = 'probe',
}
