import type { ClusterPlan } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';
import { countHeld } from '../cloud/memcached';
import { firstNode, namesOf, type Nodes, nodesIn } from './parts';
import type { Scenario } from './scenario';

/** How long after the return of the first the second fault comes at the latest: when its node has warmed up, or not. */
const withinMs = 30_000;

/** Those of the other zones that hold the same keys as the first: zones order their nodes alike. */
function copiesOfFirst(cloud: Cloud): Nodes {
  const otherZones = cloud.plan.zones.filter((zone) => zone !== cloud.nodes[0]!.plan.zone);
  return otherZones.map((zone) => nodesIn(cloud, zone)[0]!);
}

const copies = (cloud: Cloud): Nodes => [...firstNode(cloud), ...copiesOfFirst(cloud)];

const held = ({ plan, member }: Nodes[number], keys: readonly string[]): Promise<number> =>
  countHeld(member.nodeAddress!, plan.port, keys);

/** What fills a node that came back: memcached's own proxy, from another copy. */
function lacks({ topology, proxies }: ClusterPlan): string | undefined {
  if (topology !== 'replicated') return 'second copy';
  const routes = proxies?.containers.some(({ argv }) => argv.join(' ').includes('proxy_config='));
  return routes ? undefined : "proxies of memcached's own";
}

/**
 * A node is lost and comes back empty. What is read then has to be in it when every other copy is lost, one after
 * another with it: without a warm-up, the first fault costs at the second.
 */
export const secondFault: Scenario = {
  name: 'second-fault',
  lacks,
  lostNodes: (cloud) => namesOf(copies(cloud)),
  strike: (cloud) => cloud.nodes[0]!.member.killProcess(),
  second: {
    withinMs,
    isDue: async (cloud, keys) => {
      const [first, ...others] = await Promise.all(copies(cloud).map((node) => held(node, keys)));
      return first! >= Math.max(...others);
    },
    strike: async (cloud) =>
      (await Promise.all(copiesOfFirst(cloud).map(({ member }) => member.killProcess()))).join(' and '),
  },
};
