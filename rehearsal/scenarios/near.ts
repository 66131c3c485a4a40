import { delays } from '../cloud/delays';
import { lastZone, needsProxies } from './parts';
import type { Scenario } from './scenario';

const darkFor = `dark for ${delays.outageMs / 1000} s`;

/**
 * What is lost in the clients' zone while they live: what it costs them to stay in it. Measured, not promised away: see
 * docs/routing.md.
 */
export const nearScenarios: readonly Scenario[] = [
  {
    name: 'near-proxies-lost',
    lacks: needsProxies,
    lostNodes: () => [],
    strike: async (cloud) => {
      await cloud.proxies!.loseZone(lastZone(cloud));
      return `the proxies of ${lastZone(cloud)}, where clients are, ${darkFor}`;
    },
    restore: (cloud) => cloud.proxies!.restoreZone(lastZone(cloud)),
    patient: true,
    byNameOnly: true,
  },
  {
    name: 'near-address-lost',
    lacks: ({ endpoint }) => (endpoint.kind === 'balancer' ? undefined : 'load balancer'),
    lostNodes: () => [],
    strike: async (cloud) => {
      await cloud.balancer!.loseZone(lastZone(cloud));
      return `the load balancer's address in ${lastZone(cloud)}, where clients are, ${darkFor}`;
    },
    restore: (cloud) => cloud.balancer!.restoreZone(lastZone(cloud)),
    patient: true,
    byNameOnly: true,
  },
];
