import fc from 'fast-check';
import { MemcachedCluster } from '../../lib';
import { goodVpc, struct } from './inputs';
import { tryInputs, type Make } from './outcome';

/** Half of a synthesis is what watches the cluster: it is made where it has a say, and for one case in four. */
const WATCHING = ['alarms', 'metricDetail', 'logGroup', 'probe', 'dashboard'];
let made = 0;

const make: Make = (stack, given, names) => {
  const lean = !names.some((name) => WATCHING.includes(name)) && (made += 1) % 4 !== 0;
  const vpc = goodVpc(stack);
  new MemcachedCluster(stack, 'Cache', { vpc, ...(lean ? { probe: false, dashboard: false } : {}), ...given });
  return stack;
};

tryInputs(0.6, [
  [
    'MemcachedCluster',
    fc.oneof(
      { weight: 4, arbitrary: struct('MemcachedClusterOptions', 2) },
      { weight: 1, arbitrary: struct('MemcachedClusterProps', 1) },
    ),
    make,
  ],
]);
