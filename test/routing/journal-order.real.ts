import { cluster, NODE_PORT, run } from '../real-cluster';

const JOURNAL = `cdk-memcached.debts.127.0.1.1:${NODE_PORT}`;
const KEYS = [1, 2, 3].flatMap((i) => [...'abcd'].map((letter) => `k${i}${letter}`));

/** Node 1 misses the keys, and node 2 is told of them: a few at each tick, and writes go on meanwhile. */
const act = `
  kill -STOP $node1; until printf 'stats proxybe\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | grep -q bad_127.0.1.1; do sleep 0.05; done
  for k in ${KEYS.join(' ')}; do ask "set $k 0 0 1\\r\\n1" > /dev/null; done
  journal() { printf 'mg ${JOURNAL} v\\r\\nquit\\r\\n' | nc 127.0.1.2 ${NODE_PORT} | tr -d '\\r' | grep '^k'; }
  for i in $(seq 200); do [ "$(journal | wc -l)" = ${KEYS.length} ] && break; sleep 0.05; done
  journal | tr '\\n' ' '; kill -CONT $node1`;

const told = async (change: (script: string) => string): Promise<string[]> =>
  (await run(change(cluster({}, act).replace('most = 32768', 'most = 8')))).trim().split(' ');

test('what a node missed is told in the order in which it was missed', async () => {
  expect(await told((script) => script)).toEqual(KEYS);
});

test('and would not be, if the newest of a part came first', async () => {
  const turned = await told((script) => script.replace('table.insert(part, id) end', 'table.insert(part, 1, id) end'));
  expect(turned).not.toEqual(KEYS);
  expect([...turned].sort()).toEqual(KEYS);
});
