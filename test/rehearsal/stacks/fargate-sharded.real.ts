import { CacheTopology, MemcachedNodes } from '../../../lib';
import { alarmed, HEALING, namesOf, rehearseStack, THREE_ZONES } from '../fixtures/ready-made';

test('the ready-made stack on Fargate, sharded, in three zones, keeps its promises, and no alarm tells of what heals', () => {
  const asked = HEALING;
  const props = { ...THREE_ZONES, nodes: MemcachedNodes.fargate(), topology: CacheTopology.sharded() };
  const { zones, nodes, scenarios } = rehearseStack(props, asked);
  expect({ zones: zones.length, nodes }).toEqual({ zones: 3, nodes: 3 });
  expect(namesOf(scenarios)).toEqual(asked);
  expect(alarmed(scenarios)).toEqual([]);
}, 600_000);
