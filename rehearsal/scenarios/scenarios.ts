import type { ClusterPlan } from '../assembly/plan';
import { delays } from '../cloud/delays';
import { greyScenarios } from './grey';
import { leavingScenarios } from './leaving';
import { nearScenarios } from './near';
import { firstNode, firstZone, namesOf, needsProxies, nodesOfFirstZone } from './parts';
import type { Scenario } from './scenario';
import { alarmsOfNode, alarmsOfProxies, alarmsOfZone } from './expected-alarms';
import { secondFault } from './second-fault';

const healthy: Scenario = {
  name: 'healthy',
  lostNodes: () => [],
  strike: async () => undefined,
};

const darkFor = `dark for ${delays.outageMs / 1000} s`;
const notReplaced = 'not replaced';

/** Without a probe no alarm would fire, however long a fault lasts. */
const needsProbe = ({ probe }: ClusterPlan) => (probe ? undefined : 'probe');

const loseFirstNode = (how: string): Pick<Scenario, 'lostNodes' | 'strike' | 'restore'> => ({
  lostNodes: (cloud) => namesOf(firstNode(cloud)),
  strike: async (cloud) => {
    const { plan, member } = cloud.nodes[0]!;
    await member.loseZone(plan.zone);
    return `the host of node ${plan.name}, ${how}`;
  },
  restore: (cloud) => cloud.nodes[0]!.member.restoreZone(cloud.nodes[0]!.plan.zone),
});

const loseFirstZone = (how: string): Pick<Scenario, 'lostNodes' | 'strike' | 'restore'> => ({
  lostNodes: (cloud) => namesOf(nodesOfFirstZone(cloud)),
  strike: async (cloud) => {
    await cloud.loseZone(firstZone(cloud));
    return `every host of ${firstZone(cloud)}, ${how}`;
  },
  restore: (cloud) => cloud.restoreZone(firstZone(cloud)),
});

/** In the order in which they run. Nodes and zones that are lost are the first; clients are in the last zone. */
export const scenarios: readonly Scenario[] = [
  healthy,
  {
    name: 'node-killed',
    lostNodes: (cloud) => namesOf(firstNode(cloud)),
    strike: (cloud) => cloud.nodes[0]!.member.killProcess(),
  },
  {
    name: 'proxy-killed',
    lacks: needsProxies,
    lostNodes: () => [],
    strike: async (cloud) => cloud.proxies!.killProcess(await cloud.balancer!.busiestTarget()),
    patient: true,
  },
  {
    name: 'sidecar-killed',
    lacks: ({ endpoint }) => (endpoint.kind === 'sidecars' ? undefined : 'proxies beside an application'),
    lostNodes: () => [],
    strike: (cloud) => cloud.application!.killProcess(cloud.clientHost.address),
    interrupts: true,
  },
  { name: 'zone-lost', ...loseFirstZone(darkFor), patient: true },
  ...leavingScenarios,
  ...greyScenarios,
  ...nearScenarios,
  secondFault,
  { name: 'node-gone', lacks: needsProbe, ...loseFirstNode(notReplaced), expectedAlarms: alarmsOfNode },
  {
    name: 'proxy-gone',
    lacks: (plan) => needsProxies(plan) ?? needsProbe(plan),
    lostNodes: () => [],
    strike: async (cloud) => {
      await cloud.proxies!.loseZone(firstZone(cloud));
      return `the proxies of ${firstZone(cloud)}, ${notReplaced}`;
    },
    restore: (cloud) => cloud.proxies!.restoreZone(firstZone(cloud)),
    expectedAlarms: alarmsOfProxies,
    patient: true,
  },
  { name: 'zone-gone', lacks: needsProbe, ...loseFirstZone(notReplaced), expectedAlarms: alarmsOfZone, patient: true },
];

/** What strategies are compared by. */
export const comparedScenarios: readonly Scenario[] = [healthy, { name: 'node-lost', ...loseFirstNode(darkFor) }];
