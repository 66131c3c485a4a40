import { MemcachedNodes } from '../../../lib';
import { alarmed, HEALING, namesOf, rehearseStack, THREE_ZONES } from '../fixtures/ready-made';

/** What lasts, and the alarms that fire for it. */
const LASTING: Record<string, string[]> = {
  'node-gone': ['ZoneANodeUnreachable'],
  'proxy-gone': ['ProxiesMissing'],
  'zone-gone': ['ZoneADown', 'ZoneAWithoutHealthyTarget', 'ZoneANodeUnreachable'],
};

test('the ready-made stack on EC2, replicated, in three zones, keeps its promises, and its alarms tell what lasts', () => {
  const { zones, nodes, scenarios } = rehearseStack({ ...THREE_ZONES, nodes: MemcachedNodes.ec2() });
  expect({ zones: zones.length, nodes }).toEqual({ zones: 3, nodes: 3 });
  const lasting = Object.keys(LASTING);
  const [leaving, others] = [
    ['proxies-deployed', 'proxies-scaled-in'],
    [...HEALING, 'second-fault', ...lasting],
  ];
  expect(namesOf(scenarios)).toEqual(expect.arrayContaining([...leaving, ...others]));
  expect(scenarios).toHaveLength(leaving.length + others.length);
  // An old proxy serves until the load balancer has stopped sending to it.
  for (const each of scenarios.filter(({ name }) => leaving.includes(name))) expect(each.reconnectedAgain).toBe(0);
  expect(alarmed(scenarios)).toEqual(lasting);
  for (const { name, alarms, lastedMinutes } of scenarios.filter((each) => lasting.includes(each.name))) {
    expect(alarms.map((alarm) => alarm.name)).toEqual(expect.arrayContaining(LASTING[name]));
    expect(alarms.map((alarm) => alarm.name)).not.toContain('CacheDown');
    for (const { afterMinutes } of alarms.filter((alarm) => LASTING[name].includes(alarm.name))) {
      expect(afterMinutes).toBeGreaterThan(1);
      expect(afterMinutes).toBeLessThanOrEqual(lastedMinutes!);
    }
  }
}, 600_000);
