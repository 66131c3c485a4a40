import type { CacheZone } from '../context/topology';

/** A node's place in the cluster. */
export interface NodePlace {
  /** The zone that the node is in. */
  readonly zone: CacheZone;

  /** The node's index within the zone, from 1. */
  readonly index: number;

  /** The node's name: the zone's letter and the index, such as `a1`. */
  readonly name: string;
}

/**
 * The places of the nodes in the order of the pool: `a1`, `b1`, `c1`, `a2`, ….
 *
 * Consistent hashing depends on the order: a cluster that grows by a node in each zone appends, so that the nodes it had
 * keep their places.
 */
export function poolOrder(zones: readonly CacheZone[], nodesPerZone: number): NodePlace[] {
  return Array.from({ length: nodesPerZone }, (_, i) =>
    zones.map((zone) => ({ zone, index: i + 1, name: `${zone.label}${i + 1}` })),
  ).flat();
}
