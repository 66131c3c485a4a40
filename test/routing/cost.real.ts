import { CacheTopology, type MemcachedClusterProps } from '../../lib';
import { cluster, NODE_PORT, run } from '../real-cluster';

/**
 * What the proxy's own routes cost: its CPU for an operation, kernel included, beside the route library's own routes for the
 * same nodes, while nothing is owed. Rounds of both in turn, and the middle of their ratios. For more rounds:
 *
 *     ROUNDS=15 npx jest test/routing/cost.real.ts --selectProjects alone
 */
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = 2;

const nodes = [1, 2, 3].map((i) => `"127.0.1.${i}:${NODE_PORT}"`);
const settings = 'settings { backend_connect_timeout = 0.2, backend_read_timeout = 0.2, backend_failure_limit = 2 }';

const replicated = `${settings}
pools { set_all = { a = { backends = { ${nodes[0]} } }, b = { backends = { ${nodes[1]} } }, c = { backends = { ${nodes[2]} } } } }
local read = route_failover { children = "set_all", local_zone = "a", miss = true, stats = true, stats_name = "read" }
routes { cmap = { get = read, gets = read, gat = read, gats = read, mg = read }, default = route_allfastest { children = "set_all" } }`;

const sharded = `${settings}
pools { main = { backends = { ${nodes.join(', ')} } },
  a = { backends = { ${nodes[0]} } }, b = { backends = { ${nodes[1]} } }, c = { backends = { ${nodes[2]} } } }
local function failover(ttl)
  local children = { "main" }
  for _, gutter in ipairs({ "a", "b", "c" }) do
    table.insert(children, ttl and route_ttl { ttl = ttl, child = gutter } or gutter)
  end
  return route_failover { children = children, stats = true, stats_name = "gutter" }
end
local read = failover()
routes { cmap = { get = read, gets = read, gat = read, gats = read, mg = read, set = failover(10), add = failover(10),
  cas = failover(10), ms = failover(10) }, default = failover() }`;

/** Nanoseconds of the proxy's CPU for each operation: of the plain routes and of ours, by turns. */
async function measure(
  props: Partial<MemcachedClusterProps>,
  plain: string,
  sets: number,
): Promise<[number, number][]> {
  const act = `
    cat > /tmp/plain.lua << 'END'\n${plain}\nEND
    printf 'key\\n24 24 1\\nvalue\\n100 100 1\\ncmd\\n0 ${sets}\\n1 ${1 - sets}\\n' > /tmp/load
    memcached -p 11300 -l 127.0.0.1 -t 1 -o proxy_config=routelib,proxy_arg=/tmp/plain.lua & plain=$!
    answers 0.1 11300
    ours=$(pgrep -f '^memcached .*tag_clock')
    used() { awk '{ print $14 + $15 }' /proc/$1/stat; }
    round() {
      before=$(used $2)
      operations=$(memcaslap -s 127.0.0.1:$1 -T 1 -c 32 -F /tmp/load -t ${SECONDS}s | awk '/^Run time/ { print $5 }')
      echo $(( ($(used $2) - before) * 10000000 / operations ))
    }
    round 11300 $plain > /dev/null; round 11211 $ours > /dev/null
    for i in $(seq ${ROUNDS}); do echo $(round 11300 $plain) $(round 11211 $ours); done
    kill $plain`;
  const rounds = (await run(cluster(props, act), { timeoutMs: (ROUNDS + 2) * SECONDS * 3000 })).trim().split('\n');
  return rounds.map((line) => line.split(' ').map(Number) as [number, number]);
}

const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

// Over many rounds: 1.02 to 1.08, 1.06 to 1.10, and 1.03 to 1.04. A busy machine needs room.
test.each<[string, Partial<MemcachedClusterProps>, string, sets: number, most: number]>([
  ['replicated, 10 % sets', {}, replicated, 0.1, 1.25],
  ['replicated, sets', {}, replicated, 1, 1.25],
  ['sharded, 10 % sets', { topology: CacheTopology.sharded() }, sharded, 0.1, 1.25],
])('%s: the routes cost little more than those of the library', async (name, props, plain, sets, most) => {
  const rounds = await measure(props, plain, sets);
  const ratio = middle(rounds.map(([of, ours]) => ours / of));
  const [theirs, ours] = [0, 1].map((i) => middle(rounds.map((round) => round[i])) / 1000);
  process.stderr.write(
    `${name}: ${theirs} µs of CPU for an operation, ours ${ours} µs, middle ratio ${ratio.toFixed(3)}\n`,
  );
  expect(ratio).toBeLessThan(most);
});

/** The CPU for a value that is copied to the zone that lacks it, in microseconds, and how many are copied in a second. */
test('a warm-up costs as much as some requests, and no more in a second than is set', async () => {
  const KEYS = 1000;
  const act = `
    for i in $(seq ${KEYS}); do printf 'get k%s\\r\\n' $i; done > /tmp/get; printf 'mn\\r\\n' >> /tmp/get
    sed '/^mn/d; s/^get/delete/' /tmp/get > /tmp/delete; printf 'quit\\r\\n' >> /tmp/delete
    value=$(head -c 100 /dev/zero | tr '\\0' v)
    for i in $(seq ${KEYS}); do printf 'set k%s 0 0 100\\r\\n%s\\r\\n' $i $value; done > /tmp/put; printf 'mn\\r\\n' >> /tmp/put
    via() { timeout 9 nc 127.0.0.1 11211 < /tmp/$1 | sed '/^MN/q' > /dev/null; }
    count() { printf 'stats proxy\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | tr -d '\\r' | awk '$2 == "user_warm_ups" { print $3 }'; }
    ours=$(pgrep -f '^memcached .*tag_clock'); used() { awk '{ print $14 + $15 }' /proc/$ours/stat; }
    via put
    for round in $(seq ${ROUNDS}); do
      nc 127.0.1.1 ${NODE_PORT} < /tmp/delete > /dev/null
      before=$(count); cpu=$(used); begun=$(date +%s%N); via get
      for i in $(seq 25); do [ $(($(count) - before)) -ge ${KEYS} ] && break; sleep 0.1; done
      took=$(($(date +%s%N) - begun)); sleep 3
      echo $(($(count) - before)) $(($(used) - cpu)) $((took / 1000000))
    done`;
  const rounds = async (script: string): Promise<number[][]> =>
    (await run(script, { timeoutMs: (ROUNDS + 2) * 20_000 }))
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
  const script = cluster({}, act);
  const [warming, plain] = [await rounds(script), await rounds(script.replace('want(from, child, r, res)', ''))];
  const sum = (of: number[][], at: number) => of.reduce((total, each) => total + each[at], 0);
  expect(sum(plain, 0)).toBe(0);
  const microseconds = ((sum(warming, 1) - sum(plain, 1)) * 10_000) / sum(warming, 0);
  const rate = (1000 * sum(warming, 0)) / sum(warming, 2);
  process.stderr.write(`a warm-up: ${microseconds.toFixed(0)} µs of CPU, ${rate.toFixed(0)} a second\n`);
  expect(microseconds).toBeLessThan(300);
  expect(rate).toBeLessThan(800);
});
