import { CacheTopology, type MemcachedClusterProps } from '../../lib';
import { quote } from '../../lib/contract/quote';
import { cluster, commandOf, NODE_PORT, run } from '../real-cluster';

const sharded = { topology: CacheTopology.sharded() };

/** A function that sends requests one by one, each after the answer to the one before, and shows what is answered. */
const TALK = `
  big=$(head -c 2097152 /dev/zero | tr '\\0' x)
  talk() {
    for request in "$@"; do
      echo "> $(printf %.40s "$request" | head -n 1)"
      printf '%b\\r\\nmn\\r\\n' "$request" | timeout 5 nc 127.0.0.1 11211 | tr -d '\\r' | sed '/^MN/q'
    done
  }`;

/** What a node refuses, and what is then held. Keys enough that some belong to any node. */
const TRAPS = `
  for k in k1 k2 k3 k4 k5 k6; do
    talk "set $k 0 0 2\\r\\nab" "incr $k 1" "incr $k 1 noreply" "get $k" \\
      "set $k 0 abc 2\\r\\n12" "get $k" "set $k 0 abc 2 noreply\\r\\n12" "get $k" \\
      "add n$k 0 abc 2\\r\\n12" "get n$k" "cas $k 0 0 2 x\\r\\n12" "get $k" \\
      "ms $k 2 Tabc\\r\\n12" "mg $k v" "ms $k 2 Tabc q\\r\\n12" "mg $k v" "ma $k" "ma $k q" "md $k Cabc q" "mg $k v" \\
      "touch $k abc" "touch $k abc noreply" "get $k" "gat abc $k" "get $k" \\
      "set $k 0 -1 2\\r\\n12" "get $k" "ms $k 2 T-1\\r\\n12" "mg $k v" "set $k 0 0 2\\r\\nab" "gat -1 $k" "get $k"
  done
  for k in k1 k2; do
    for value in "set $k 0 0 2097152\\r\\n$big" "set $k 0 0 2097152 noreply\\r\\n$big" "ms $k 2097152\\r\\n$big" "ms $k 2097152 q\\r\\n$big"; do
      talk "set $k 0 0 2\\r\\nab" "$value" "get $k"
    done
  done`;

/** What plain memcached says, in place of the proxy. It is asked once. */
let said: Promise<string> | undefined;
const plain = (): Promise<string> =>
  (said ??= run(
    cluster({}, `kill $proxy; wait $proxy; memcached -l 127.0.0.1 & proxy=$!; answers 0.1 11211; ${TALK}; ${TRAPS}`),
  ));

/** Nothing is asked before each worker knows of the fault: what is asked while a fault is found has a test of its own. */
const FOUND = `until printf 'stats proxybe\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | grep -q bad_; do sleep 0.05; done`;

describe.each<[string, Partial<MemcachedClusterProps>]>([
  ['replicated', {}],
  ['sharded', sharded],
])('%s', (_, props) => {
  test.concurrent.each([
    ['all nodes alive', ':'],
    ['a node dead', `kill -9 $node1; ${FOUND}`],
    ['another dead', `kill -9 $node2; ${FOUND}`],
    ['a node hung', `kill -STOP $node1; ${FOUND}`],
    ['another hung', `kill -STOP $node3; ${FOUND}`],
  ])('what a node refuses is refused, as by memcached itself: %s', async (__, fault) => {
    expect(await run(cluster(props, `${TALK}; ${fault}; ${TRAPS}`))).toBe(await plain());
  });
});

test('the refusals are told from losses: without that, a gutter stores what the node refused', async () => {
  const act = `${TALK}; ${TRAPS}`;
  const without = cluster(sharded, act).replace(
    'return text == nil or string.sub(text, 1, 12) ~= "SERVER_ERROR"',
    'return true',
  );
  const all = without.replace('if res:code() ~= mcp.MCMC_CODE_SERVER_ERROR then return false end', '');
  expect(all).not.toBe(without);
  expect(await run(all)).not.toBe(await plain());
});

describe.each<[string, Partial<MemcachedClusterProps>]>([
  ['replicated', {}],
  ['sharded', sharded],
])('%s: a node that refuses a request drops the others on its connection', (_, props) => {
  // In one packet: the refusal is under way when the others are sent. Then time enough for debts to be paid, if there were any.
  const act = `ask "set k 0 0 2\\r\\nab" > /dev/null
    ask "incr k 1\\r\\nset k 0 0 1\\r\\n1\\r\\nset k 0 0 1\\r\\n2\\r\\nget k"
    sleep 2; ask 'get k'`;
  const refused = 'CLIENT_ERROR cannot increment or decrement non-numeric value\n';

  test.concurrent('they are asked again, and what they wrote stays', async () => {
    expect(await run(cluster(props, act))).toBe(`${refused}STORED\nSTORED\n${'VALUE k 0 1\n2\nEND\n'.repeat(2)}`);
  });

  test.concurrent('without that, they fail or are lost', async () => {
    const without = cluster(props, act.replace('sleep 2', 'sleep 7'))
      .replace('return res:elapsed() < SLOW', 'return false')
      .replace('if asked == 0 then return end', 'if true then return end');
    expect(await run(without)).not.toBe(`${refused}STORED\nSTORED\n${'VALUE k 0 1\n2\nEND\n'.repeat(2)}`);
  });
});

describe('a read that renews', () => {
  const HELD = `for i in 1 2 3; do printf 'mg k t\\r\\nquit\\r\\n' | nc 127.0.1.$i ${NODE_PORT}; done | tr -d '\\r'`;
  const renewed = /^(HD t(29\d|300)\n){3}$/;
  const talk = (request: string): string =>
    `${TALK}; talk "set k 0 10 2\\r\\nab" "${request}" > /dev/null; sleep 0.2; ${HELD}`;

  test.concurrent.each(['gat 300 k', 'gats 300 k', 'mg k v T300', 'touch k 300'])(
    'renews every copy: %s',
    async (request) => {
      expect(await run(cluster({}, talk(request)))).toMatch(renewed);
    },
  );

  test.concurrent('and expires every copy', async () => {
    expect(await run(cluster({}, talk('gat -1 k')))).toBe('EN\nEN\nEN\n');
  });

  test.concurrent('without the route for them, it renews one', async () => {
    const bare = cluster({}, talk('gat 300 k')).replace('gat = renewing', 'gat = read');
    expect(await run(bare)).not.toMatch(renewed);
  });
});

describe('in a gutter a value lives for 10 seconds', () => {
  /** What is left of the time of a key of the first node, which is dead. */
  const left = (request: string): string => `${TALK}
    for k in $(seq 20); do printf "set k$k 0 0 1\\r\\n1\\r\\n"; done > /tmp/all; printf 'quit\r\n' >> /tmp/all
    nc 127.0.0.1 11211 < /tmp/all > /dev/null
    for k in $(seq 20); do printf "mg k$k\\r\\nquit\\r\\n" | nc 127.0.1.1 ${NODE_PORT} | grep -q HD && key=k$k; done
    kill -9 $node1; ${FOUND}; talk "set $key 0 0 1\\r\\n1" "${request}" > /dev/null; talk "mg $key t" | sed -n 's/^HD t\\([0-9]*\\).*/\\1/p'`;

  const REQUESTS = [
    'touch $key 300',
    'gat 300 $key',
    'gats 0 $key',
    'mg $key T300',
    'md $key\\r\\nmg $key N300',
    'ma n$key N300 q\\r\\nms $key 1 T300\\r\\n2',
  ];
  test.concurrent.each(REQUESTS)('whatever is asked: %s', async (request) => {
    const seconds = Number(await run(cluster(sharded, left(request))));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(10);
  });

  test.concurrent('without that, it may live for longer', async () => {
    const without = cluster(sharded, left('touch $key 300')).replace('shorten(r, command, arguments.ttl)', '');
    expect(Number(await run(without))).toBeGreaterThan(200);
  });
});

describe('one client in the cluster wins a token', () => {
  // The proxies of all zones hold the same orders: what a key's home is depends on no zone.
  test.concurrent.each([1, 2, 3])('of a key that is vivified: the proxy of zone %i asks its home', async (zone) => {
    const act = `${TALK}
      for k in a b c d e f; do talk "mg $k v N30" > /dev/null; done
      for i in 1 2 3; do
        for k in a b c d e f; do printf "mg $k t\\r\\nquit\\r\\n" | nc 127.0.1.$i ${NODE_PORT} | grep -q HD && echo $k; done | tr -d '\\n'; echo
      done`;
    expect(await run(cluster({}, act, zone))).toBe('cf\nad\nbe\n');
  });

  /** The proxy's command once, in a file: one word of a command line has at most 128 KiB. */
  const IN_ZONE = `printf %s ${quote(commandOf({}, 'Proxy'))} > /tmp/command
    in_zone() {
      kill $proxy; wait $proxy
      sed "s/MCZONE=[abc] ;;/MCZONE=$1 ;;/g" /tmp/command > /tmp/command.$1
      sh /tmp/command.$1 >&2 & proxy=$!
      answers 0.1 11211
    }`;
  const winners = `${TALK}; ${IN_ZONE}; win() { talk "mg $1 v" | grep -c '^VA.* W' || true; }
    talk "ms k 2\\r\\nab" "md k I T30" > /dev/null
    win k; in_zone b; win k; in_zone c; win k`;

  test.concurrent('of a key that is stale, whichever zone it is read in', async () => {
    expect(await run(cluster({}, winners, 1))).toBe('1\n0\n0\n');
  });

  test.concurrent('without the word of its home, more than one does', async () => {
    expect(await run(cluster({}, winners, 1).replaceAll('if word:hit() then', 'if false then'))).toMatch(/^1\n1/);
  });
});
