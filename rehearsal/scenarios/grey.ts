import type { Cloud } from '../cloud/cloud';
import { type Impairment, impairments } from '../cloud/impairment';
import { firstNode, lastZone, namesOf, needsProxies, type Nodes, nodesOfFirstZone } from './parts';
import type { Scenario } from './scenario';

type Grey = Exclude<Impairment, 'refused'>;

/** How long a fault lasts, and how long stale reads are looked for after it. */
const times: Record<Grey, { readonly lastsMs: number; readonly watchedMs: number }> = {
  hung: { lastsMs: 5_000, watchedMs: 8_000 },
  paused: { lastsMs: 5_000, watchedMs: 8_000 },
  // What a proxy sent before it gave up is sent again up to as long after the link's return as the link was down.
  cut: { lastsMs: 10_000, watchedMs: 13_000 },
};

const lasting = (how: Grey) => `${impairments[how]} for ${times[how].lastsMs / 1000} s`;

type Fault = Omit<Scenario, 'name'>;

/** Nothing is lost for certain: a node that comes back with what it held must not answer with what was overwritten. */
const impairNodes = (how: Grey, which: (cloud: Cloud) => Nodes): Fault => ({
  lostNodes: (cloud) => namesOf(which(cloud)),
  strike: async (cloud) => {
    await Promise.all(which(cloud).map(({ member }) => member.impair(how)));
    return `node ${namesOf(which(cloud)).join(' and ')}, ${lasting(how)}`;
  },
  restore: async (cloud) => void (await Promise.all(which(cloud).map(({ member }) => member.repair()))),
  ...times[how],
});

/** A proxy of the last zone, which takes writes, and does not read the first node while it has its own zone's. */
const farProxy = (cloud: Cloud): string => cloud.proxies!.addressesIn(lastZone(cloud))[0]!;

/** The proxy learns of a write that was missed, and nobody else does. */
function cutPath(): Pick<Fault, 'strike' | 'restore'> {
  let join = async () => {};
  return {
    strike: async (cloud) => {
      const { plan, member } = cloud.nodes[0]!;
      join = await cloud.vpc.network.part(member.nodeAddress!, farProxy(cloud));
      return `the path between node ${plan.name} and a proxy of ${lastZone(cloud)}`;
    },
    restore: () => join(),
  };
}

/** What debts and quarantine cannot see. Measured, not promised away: see docs/stale-reads.md. */
const limits: readonly Scenario[] = [
  {
    name: 'path-cut',
    lacks: needsProxies,
    lostNodes: (cloud) => namesOf(firstNode(cloud)),
    ...cutPath(),
    ...times.cut,
    byNameOnly: true,
  },
  {
    ...impairNodes('cut', firstNode),
    name: 'debtor-killed',
    lacks: needsProxies,
    restore: async (cloud) => {
      await cloud.proxies!.killProcess(farProxy(cloud));
      await cloud.nodes[0]!.member.repair();
    },
    patient: true,
    byNameOnly: true,
  },
];

/** Faults in which a node is neither well nor lost. */
export const greyScenarios: readonly Scenario[] = [
  { name: 'node-hung', ...impairNodes('hung', firstNode) },
  { name: 'node-cut', ...impairNodes('cut', firstNode) },
  { name: 'zone-paused', ...impairNodes('paused', nodesOfFirstZone), byNameOnly: true },
  ...limits,
];
