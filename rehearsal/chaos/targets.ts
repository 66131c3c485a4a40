import type { ClusterPlan } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';
import { delays } from '../cloud/delays';
import type { Impairment } from '../cloud/impairment';
import {
  firstNode,
  firstZone,
  lastZone,
  namesOf,
  needsProxies,
  type Nodes,
  nodesIn,
  nodesOfFirstZone,
} from '../scenarios/parts';

/** Ends a fault, or lets AWS begin to repair it. */
export type End = () => Promise<void>;

/** What a fault can do to the part of the cluster that was chosen. */
export interface Aim {
  /** Such as `node a1`. */
  readonly what: string;
  kill?(): Promise<End>;
  hang?(): Promise<End>;
  cut(): Promise<End>;
  refuse(): Promise<End>;
}

/** A part of a cluster that may break. */
export interface Target {
  readonly name: string;
  readonly says: string;
  /** What it takes that the cluster does not have; nothing when it can be broken. */
  lacks?(plan: ClusterPlan): string | undefined;
  /** The nodes whose keys it may cost. */
  lostNodes(cloud: Cloud): string[];
  /** Chooses it: afterwards it stays the same, whoever is busiest then. */
  aim(cloud: Cloud): Promise<Aim>;
  /** The load balancer goes on sending to it, which costs a client several attempts. */
  readonly patient?: true;
  /** How long it stays dark after a kill, where nothing repairs it by itself. */
  readonly darkMs?: number;
}

const inOtherZones = (cloud: Cloud): Nodes => cloud.nodes.filter(({ plan }) => plan.zone !== cloud.nodes[0]!.plan.zone);

const needsBalancer = ({ endpoint }: ClusterPlan) => (endpoint.kind === 'balancer' ? undefined : 'load balancer');

const nothing: End = async () => {};

/** The faults that leave it running. What hangs is one program of a host, or all of it. */
const impairing = (
  hang: Impairment,
  impair: (how: Impairment) => Promise<End>,
): Required<Pick<Aim, 'hang' | 'cut' | 'refuse'>> => ({
  hang: () => impair(hang),
  cut: () => impair('cut'),
  refuse: () => impair('refused'),
});

/** The node's processes: its host lives on, and starts them again. */
function aimAtNodes(nodes: Nodes): Aim {
  const impair = async (how: Impairment): Promise<End> => {
    await Promise.all(nodes.map(({ member }) => member.impair(how)));
    return async () => void (await Promise.all(nodes.map(({ member }) => member.repair())));
  };
  return {
    what: `node ${namesOf(nodes).join(' and ')}`,
    kill: async () => {
      await Promise.all(nodes.map(({ member }) => member.killProcess()));
      return nothing;
    },
    ...impairing('hung', impair),
  };
}

function aimAtProxy({ proxies }: Cloud, address: string): Aim {
  const impair = async (how: Impairment): Promise<End> => {
    await proxies!.impair(how, address);
    return () => proxies!.repair();
  };
  return {
    what: `proxy ${address}`,
    kill: async () => {
      await proxies!.killProcess(address);
      return nothing;
    },
    ...impairing('hung', impair),
  };
}

/** Every host of it, the load balancer's among them. */
function aimAtZone(cloud: Cloud, zone: string): Aim {
  const nodes = nodesIn(cloud, zone);
  const { proxies, balancer } = cloud;
  const impair = async (how: Impairment): Promise<End> => {
    const addresses = proxies?.addressesIn(zone) ?? [];
    const [endOfBalancer = nothing] = await Promise.all([
      balancer?.impair(zone, how),
      ...nodes.map(({ member }) => member.impair(how)),
      ...addresses.map((address) => proxies!.impair(how, address)),
    ]);
    return async () => {
      await Promise.all([endOfBalancer(), proxies?.repair(), ...nodes.map(({ member }) => member.repair())]);
    };
  };
  return {
    what: `every host of ${zone}`,
    kill: async () => {
      await cloud.loseZone(zone);
      return async () => cloud.restoreZone(zone);
    },
    ...impairing('paused', impair),
  };
}

function aimAtBalancer({ balancer }: Cloud, zone: string): Aim {
  return {
    what: `the load balancer's address in ${zone}`,
    kill: async () => {
      await balancer!.loseZone(zone);
      return async () => balancer!.restoreZone(zone);
    },
    ...impairing('paused', (how) => balancer!.impair(zone, how)),
  };
}

/** The first node, and a proxy of a zone. */
function aimAtLink(cloud: Cloud, zone: string): Aim {
  const { plan, member } = cloud.nodes[0]!;
  const { network } = cloud.vpc;
  const [proxy] = cloud.proxies!.addressesIn(zone);
  return {
    what: `the path between node ${plan.name} and a proxy of ${zone}`,
    cut: () => network.part(member.nodeAddress!, proxy!),
    refuse: () => network.refuse(member.nodeAddress!, proxy!),
  };
}

const linkTo = (name: string, says: string, zoneOf: (cloud: Cloud) => string): Target => ({
  name,
  says,
  lacks: needsProxies,
  lostNodes: (cloud) => namesOf(firstNode(cloud)),
  aim: async (cloud) => aimAtLink(cloud, zoneOf(cloud)),
});

/** What is broken in the matrix; clients are in the last zone. */
export const targets: readonly Target[] = [
  {
    name: 'node',
    says: 'the memcached of the first node, or the link of its host',
    lostNodes: (cloud) => namesOf(firstNode(cloud)),
    aim: async (cloud) => aimAtNodes(firstNode(cloud)),
  },
  {
    name: 'proxy',
    says: 'the proxy that carries the most connections',
    lacks: needsProxies,
    lostNodes: () => [],
    aim: async (cloud) => aimAtProxy(cloud, await cloud.balancer!.busiestTarget()),
    patient: true,
  },
  {
    name: 'zone',
    says: 'every node, every proxy and the load balancer’s address of the first zone',
    lostNodes: (cloud) => namesOf(nodesOfFirstZone(cloud)),
    aim: async (cloud) => aimAtZone(cloud, firstZone(cloud)),
    patient: true,
    darkMs: delays.outageMs,
  },
  {
    name: 'balancer',
    says: 'the load balancer’s address of the first zone, which stays in the DNS: the worst case',
    lacks: needsBalancer,
    lostNodes: () => [],
    aim: async (cloud) => aimAtBalancer(cloud, firstZone(cloud)),
    darkMs: delays.outageMs,
  },
  linkTo('near-link', 'the path between the first node and a proxy of its own zone', firstZone),
  linkTo('far-link', 'the path between the first node and a proxy of the last zone', lastZone),
];

/** The nodes of every zone but the first node's: what a second fault ends. */
export const otherNodes: Target = {
  name: 'other-nodes',
  says: 'the memcached of every node of the other zones',
  lacks: ({ topology }) => (topology === 'replicated' ? undefined : 'second copy of a key'),
  lostNodes: (cloud) => namesOf(inOtherZones(cloud)),
  aim: async (cloud) => aimAtNodes(inOtherZones(cloud)),
};
