/** The nodes that a read is asked of. It decides what the hit ratio of the nodes says about that of the clients. */
export enum ReadRouting {
  /** The node that the key belongs to. */
  KEY = 'key',

  /** A node of the zone that the proxy is in and, while that misses, nodes of the other zones. */
  ZONES = 'zones',

  /** Any node, whatever the key. */
  ANY = 'any',
}
