/** The role of a resource or a process in its cluster: the value of `CacheTag.ROLE`, and `role` in the log. */
export enum CacheRole {
  /** A memcached server that holds data. */
  NODE = 'node',

  /** A process that passes requests on to the nodes. */
  PROXY = 'proxy',

  /** A proxy in an application's task, or on its host, for that application alone. */
  SIDECAR = 'sidecar',

  /** A resource that clients send their requests to. */
  ENDPOINT = 'endpoint',

  /** A resource or process that lists the addresses of the nodes for clients, and passes no requests on. */
  DISCOVERY = 'discovery',

  /** The function that asks nodes and proxies for their statistics. */
  PROBE = 'probe',
}
