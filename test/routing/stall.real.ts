import { CacheTopology, type MemcachedClusterProps } from '../../lib';
import { cluster, NODE_PORT, run } from '../real-cluster';

/** A proxy hangs, its client gives a write up and writes a newer value by another proxy, of which the nodes tell here. */
const act = `
  put() { printf 'set k 0 0 3\\r\\n%s\\r\\nquit\\r\\n' $1 | nc $2 $3 | tr -d '\\r'; }
  put old 127.0.0.1 11211
  sleep 1; server=$(pgrep -f 'memcached.*proxy_config'); kill -STOP $server
  printf 'set k 0 0 3\\r\\nold\\r\\n' | timeout 0.3 nc 127.0.0.1 11211 || true
  for i in 1 2 3; do put new 127.0.1.$i ${NODE_PORT}; done > /dev/null
  sleep 1; kill -CONT $server; sleep 0.1
  ask 'get k'
  sleep 0.5; put now 127.0.0.1 11211; ask 'get k'`;

describe.each<[string, Partial<MemcachedClusterProps>]>([
  ['replicated', {}],
  ['sharded', { topology: CacheTopology.sharded() }],
])('%s: what a proxy that stood still has yet to store', (_, props) => {
  test('is not stored', async () => {
    expect(await run(cluster(props, act))).toBe('STORED\nEND\nSTORED\nVALUE k 0 3\nnow\nEND\n');
  });

  test('is, if it is not looked at', async () => {
    const without = cluster(props, act).replace('return time < suspect', 'return false');
    expect(await run(without)).toBe('STORED\nVALUE k 0 3\nold\nEND\nSTORED\nVALUE k 0 3\nnow\nEND\n');
  });
});
