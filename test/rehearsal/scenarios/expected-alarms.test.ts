import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import { alarmsOfNode, alarmsOfProxies, alarmsOfZone } from '../../../rehearsal/scenarios/expected-alarms';

const named = (names: string[]) => names.map((name) => ({ name }));

/** A cluster whose first zone is b, with these alarms, and others that are not evaluated. */
const planOf = (metric: string[], notEvaluated: string[] = []) =>
  ({
    zones: ['b', 'a'],
    nodes: [
      { name: 'a1', zone: 'a' },
      { name: 'b1', zone: 'b' },
    ],
    alarms: { metric: named(metric), composite: [], notEvaluated: named(notEvaluated) },
  }) as unknown as ClusterPlan;

const OF_ZONES = ['A', 'B'].flatMap((zone) => [`Zone${zone}NodeUnreachable`, `Zone${zone}Down`]);

test.each([
  ['its zone', OF_ZONES, ['ZoneANodeUnreachable']],
  ['all nodes, where zones have none', ['NodeUnreachable'], ['NodeUnreachable']],
  ['none, where it is switched off', ['ZoneADown', 'ZoneBNodeUnreachable'], []],
])('a lost node fires the alarm of %s', (_, alarms, expected) =>
  expect(alarmsOfNode(planOf(alarms))).toEqual({ zone: 'A', alarms: expected }),
);

test.each([
  ['both of its own', OF_ZONES, ['ZoneBDown', 'ZoneBNodeUnreachable']],
  [
    'that of the load balancer too',
    ['ZoneBWithoutHealthyTarget', 'ZoneBDown'],
    ['ZoneBDown', 'ZoneBWithoutHealthyTarget'],
  ],
  ['the one that is left', ['ZoneBDown'], ['ZoneBDown']],
  ['that of all nodes', ['NodeUnreachable'], ['NodeUnreachable']],
])('a lost zone fires %s', (_, alarms, expected) =>
  expect(alarmsOfZone(planOf(alarms))).toEqual({ zone: 'B', alarms: expected }),
);

test('lost proxies fire the alarm on them', () => {
  expect(alarmsOfProxies(planOf(['ProxiesMissing']))).toEqual({ zone: 'B', alarms: ['ProxiesMissing'] });
  expect(alarmsOfProxies(planOf(OF_ZONES)).alarms).toEqual([]);
});

test('an alarm that is not evaluated is promised all the same', () => {
  expect(alarmsOfProxies(planOf([], ['ProxiesMissing'])).alarms).toEqual(['ProxiesMissing']);
});
