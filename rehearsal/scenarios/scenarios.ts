import { setTimeout as sleep } from 'node:timers/promises';
import { delays } from '../cloud/delays';
import type { Scenario } from './scenario';

/** In the order in which they run. Nodes and zones that are lost are the first; clients are in the last zone. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'healthy',
    lostNodes: () => [],
    strike: async () => undefined,
  },
  {
    name: 'node-killed',
    lostNodes: (cloud) => [cloud.nodes[0]!.plan.name],
    strike: (cloud) => cloud.nodes[0]!.member.killProcess(),
  },
  {
    name: 'proxy-killed',
    lostNodes: () => [],
    strike: async (cloud) => cloud.proxies.killProcess(await cloud.balancer.busiestTarget()),
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
      await sleep(delays.zoneOutageMs);
      cloud.restoreZone(zone);
      return `every host of ${zone}, dark for ${delays.zoneOutageMs / 1000} s`;
    },
  },
];

export const scenarioNames = scenarios.map(({ name }) => name);
