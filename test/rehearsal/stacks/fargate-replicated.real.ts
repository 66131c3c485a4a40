import { MemcachedNodes } from '../../../lib';
import { alarmed, HEALING, namesOf, rehearseStack } from '../fixtures/ready-made';

test('the ready-made stack on Fargate, replicated, keeps its promises, and no alarm tells of what heals', () => {
  const asked = [...HEALING, 'zone-paused'];
  const props = { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) };
  const { zones, nodes, scenarios } = rehearseStack(props, asked);
  expect({ zones: zones.length, nodes }).toEqual({ zones: 2, nodes: 4 });
  expect(namesOf(scenarios)).toEqual(asked);
  expect(alarmed(scenarios)).toEqual([]);
}, 600_000);
