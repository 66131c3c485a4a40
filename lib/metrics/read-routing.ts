/** The nodes that a read is sent to. This decides what the nodes' hit ratio says about the clients' hit ratio. */
export enum ReadRouting {
  /** The node that the key belongs to. */
  KEY = 'key',

  /** A node in the proxy's own zone and, after a miss there, nodes in the other zones. */
  ZONES = 'zones',

  /** Any node, whatever the key. */
  ANY = 'any',
}
