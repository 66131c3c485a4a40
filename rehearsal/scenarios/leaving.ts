import type { Scenario } from './scenario';
import { needsProxies } from './parts';

/** Proxies that leave in order. Each serves until the load balancer has ended its connections: one reconnect is enough. */
export const leavingScenarios: readonly Scenario[] = [
  {
    name: 'proxies-deployed',
    lacks: needsProxies,
    lostNodes: () => [],
    strike: async (cloud) => {
      cloud.begin(cloud.proxies!.redeploy(() => cloud.untilTargetsHealthy()));
      return 'nothing: every proxy is replaced by a new deployment';
    },
  },
  {
    name: 'proxies-scaled-in',
    lacks: needsProxies,
    lostNodes: () => [],
    strike: async (cloud) => {
      const inService = () => cloud.untilTargetsHealthy();
      cloud.begin(cloud.proxies!.scaleOutAndIn(inService, (among) => cloud.balancer!.busiestTarget(among)));
      return 'nothing: a proxy is added, and then the busiest one of its zone is taken away';
    },
  },
];
