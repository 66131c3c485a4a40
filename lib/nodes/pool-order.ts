import type { CacheZone } from '../context/topology';

/** Names a node by its zone and its index in it, from 1: `a1`, `b1`, `a2`. */
export function nodeName(zone: CacheZone, index: number): string {
  return `${zone.label}${index}`;
}

/**
 * One value for each node, in the order of the pool: index by index, zone by zone within.
 *
 * Consistent hashing depends on the order: a cluster that grows by a node a zone appends, so the nodes it had keep
 * their places.
 */
export function eachNode<T>(
  zones: CacheZone[],
  nodesPerZone: number,
  make: (zone: CacheZone, index: number) => T,
): T[] {
  return Array.from({ length: nodesPerZone }, (_, i) => zones.map((zone) => make(zone, i + 1))).flat();
}
