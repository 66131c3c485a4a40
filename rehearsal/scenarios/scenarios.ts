import { setTimeout as sleep } from 'node:timers/promises';
import { delays } from '../cloud/delays';
import type { Scenario } from './scenario';

const healthy: Scenario = {
  name: 'healthy',
  lostNodes: () => [],
  strike: async () => undefined,
};

const darkFor = `dark for ${delays.outageMs / 1000} s`;

/** In the order in which they run. Nodes and zones that are lost are the first; clients are in the last zone. */
export const scenarios: readonly Scenario[] = [
  healthy,
  {
    name: 'node-killed',
    lostNodes: (cloud) => [cloud.nodes[0]!.plan.name],
    strike: (cloud) => cloud.nodes[0]!.member.killProcess(),
  },
  {
    name: 'proxy-killed',
    appliesTo: ({ proxies }) => proxies !== undefined,
    lostNodes: () => [],
    strike: async (cloud) => cloud.proxies!.killProcess(await cloud.balancer!.busiestTarget()),
  },
  {
    name: 'zone-lost',
    lostNodes: (cloud) =>
      cloud.nodes
        .map(({ plan }) => plan)
        .filter(({ zone }) => zone === cloud.plan.zones[0])
        .map(({ name }) => name),
    strike: async (cloud) => {
      const zone = cloud.plan.zones[0]!;
      await cloud.loseZone(zone);
      await sleep(delays.outageMs);
      cloud.restoreZone(zone);
      return `every host of ${zone}, ${darkFor}`;
    },
  },
];

/** What strategies are compared by. */
export const comparedScenarios: readonly Scenario[] = [
  healthy,
  {
    name: 'node-lost',
    lostNodes: (cloud) => [cloud.nodes[0]!.plan.name],
    strike: async (cloud) => {
      const { plan, member } = cloud.nodes[0]!;
      await member.loseZone(plan.zone);
      await sleep(delays.outageMs);
      member.restoreZone(plan.zone);
      return `the host of node ${plan.name}, ${darkFor}`;
    },
  },
];
