import { CacheTopology, MemcachedNodes } from '../../../lib';
import { alarmed, namesOf, rehearseStack, THREE_ZONES } from '../fixtures/ready-made';

/** What depends on the compute. A node that hangs or is cut off is the business of the proxies: the stack on EC2 has it. */
const ASKED = ['healthy', 'node-killed', 'proxy-killed', 'zone-lost'];

test('the ready-made stack on Fargate, sharded, in three zones, keeps its promises, and no alarm tells of what heals', () => {
  const props = { ...THREE_ZONES, nodes: MemcachedNodes.fargate(), topology: CacheTopology.sharded() };
  const { zones, nodes, scenarios } = rehearseStack(props, ASKED);
  expect({ zones: zones.length, nodes }).toEqual({ zones: 3, nodes: 3 });
  expect(namesOf(scenarios)).toEqual(ASKED);
  expect(alarmed(scenarios)).toEqual([]);
}, 600_000);
