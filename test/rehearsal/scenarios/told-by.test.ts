import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import { toldByNode, toldByProxies, toldByZone } from '../../../rehearsal/scenarios/told-by';

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
])('a node is told of by the alarm of %s', (_, alarms, expected) =>
  expect(toldByNode(planOf(alarms))).toEqual({ zone: 'A', alarms: expected }),
);

test.each([
  ['both of its own', OF_ZONES, ['ZoneBDown', 'ZoneBNodeUnreachable']],
  ['the one that is left', ['ZoneBDown'], ['ZoneBDown']],
  ['that of all nodes', ['NodeUnreachable'], ['NodeUnreachable']],
])('a zone is told of by %s', (_, alarms, expected) =>
  expect(toldByZone(planOf(alarms))).toEqual({ zone: 'B', alarms: expected }),
);

test('proxies are told of by the alarm on them', () => {
  expect(toldByProxies(planOf(['ProxiesMissing']))).toEqual({ zone: 'B', alarms: ['ProxiesMissing'] });
  expect(toldByProxies(planOf(OF_ZONES)).alarms).toEqual([]);
});

test('an alarm that is not evaluated is promised all the same', () => {
  expect(toldByProxies(planOf([], ['ProxiesMissing'])).alarms).toEqual(['ProxiesMissing']);
});
