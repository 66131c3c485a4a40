import { CacheTopology, type MemcachedClusterProps } from '../../lib';
import { cluster, NODE_PORT, run } from '../real-cluster';

/** Ends by itself only when the proxy closes the connection: nobody closes it from this side. */
const UNTIL_CLOSED = `
  mkfifo /tmp/open; exec 4<> /tmp/open
  until_closed() {
    printf "$1" >&4; { timeout 10 nc 127.0.0.1 11211 < /tmp/open; echo "closed $?"; } | tr -d '\\r'
  }`;

/** Counts the nodes that hold a key. */
const held = `for i in 1 2 3; do printf 'get before\\r\\nget after\\r\\nquit\\r\\n' | nc 127.0.1.$i ${NODE_PORT}; done | grep -c`;

describe.each<[string, Partial<MemcachedClusterProps>, number]>([
  ['replicated', {}, 3],
  ['sharded', { topology: CacheTopology.sharded() }, 1],
])('quit, %s', (_, props, copies) => {
  test('closes the connection once all that was asked before is answered', async () => {
    const act = `${UNTIL_CLOSED}; until_closed 'set before 0 0 1\\r\\n1\\r\\nget before\\r\\nquit\\r\\n'; ${held} '^VALUE before'`;
    expect(await run(cluster(props, act))).toBe(`STORED\nVALUE before 0 1\n1\nEND\nclosed 0\n${copies}\n`);
  });

  test('nothing after it is done', async () => {
    const act = `${UNTIL_CLOSED}; until_closed 'quit\\r\\nset after 0 0 1\\r\\n1\\r\\n'; ${held} '^VALUE after' || true`;
    expect(await run(cluster(props, act))).toBe('closed 0\n0\n');
  });
});
