import type { ClusterPlan } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';

/** Nodes of a running cluster. The first node and the first zone are what is broken; clients are in the last zone. */
export type Nodes = Cloud['nodes'];

export const firstZone = ({ plan }: Cloud): string => plan.zones[0]!;
export const lastZone = ({ plan }: Cloud): string => plan.zones.at(-1)!;

/** A list of one. */
export const firstNode = ({ nodes }: Cloud): Nodes => nodes.slice(0, 1);

export const nodesIn = ({ nodes }: Cloud, zone: string): Nodes => nodes.filter(({ plan }) => plan.zone === zone);
export const nodesOfFirstZone = (cloud: Cloud): Nodes => nodesIn(cloud, firstZone(cloud));

export const namesOf = (nodes: Nodes): string[] => nodes.map(({ plan }) => plan.name);

/** What a scenario lacks that breaks proxies, where there are none. */
export const needsProxies = ({ proxies }: ClusterPlan): string | undefined => (proxies ? undefined : 'proxies');
