import { PrefixRouting } from '../../examples/own-routing/prefix-routing';
import { CacheTopology } from '../../lib';
import { cluster, NODE_PORT, run } from '../real-cluster';

const OWN = {
  topology: CacheTopology.sharded(),
  routing: new PrefixRouting({ replicatedPrefix: 'session' }),
};

/** Asks each node whether it has the key. */
const holders = (key: string): string =>
  `for i in 1 2 3; do printf 'get ${key}\\r\\nquit\\r\\n' | nc 127.0.1.$i ${NODE_PORT}; done | grep -c ^VALUE`;

test('keys with the prefix are copied to each zone and outlive the local node; others have one node', async () => {
  const act = `
    ask 'set session/1 0 0 1\\r\\na'
    ask 'set page/1 0 0 1\\r\\nb'
    ${holders('session/1')}
    ${holders('page/1')}
    kill -9 $node1
    ask 'get session/1' | head -1`;
  expect(await run(cluster(OWN, act))).toBe('STORED\nSTORED\n3\n1\nVALUE session/1 0 1\n');
});
