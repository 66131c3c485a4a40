import type { ProbeEvent, ProbedNode } from '../../../lib/contract/probe-event';
import { type PlainNamespace, plainNamespace } from '../../rehearsal/clients/plain-namespace';
import { ProbeProcess, shell } from './probe-process';

const [NODE, RESTARTED, HUNG, ROOMY, UNUSED] = [11301, 11302, 11303, 11304, 11305];

/** An address at a cable that nobody is at: what is sent there is lost, as in AWS. */
const BLACK_HOLE = '10.9.0.2';

const servers = `
  ip link add cable type bridge
  ip addr add 10.9.0.1/24 dev cable
  ip link set cable up
  ip neigh add ${BLACK_HOLE} lladdr 02:00:00:00:00:01 dev cable
  start() {
    memcached -u root -p "$@" &
    echo $! > /tmp/$1
    until printf 'quit\\r\\n' | busybox nc 127.0.0.1 $1; do sleep 0.05; done
  }
  start ${NODE} -m 64 -c 100
  start ${RESTARTED}
  start ${HUNG}
  start ${ROOMY} -m 100
  kill -STOP $(cat /tmp/${HUNG})
  echo ready
  wait`;

let network: PlainNamespace;

beforeAll(async () => {
  network = await plainNamespace(servers);
});

afterAll(() => network.stop());

let probe: ProbeProcess;

beforeEach(() => {
  probe = new ProbeProcess(network);
});

afterEach(() => probe.stop());

const node = (name: string, port: number, host = '127.0.0.1', zone = name[0].toUpperCase()): ProbedNode => ({
  name,
  zone,
  host,
  port,
});

const event = (...nodes: ProbedNode[]): ProbeEvent => ({ cluster: 'cache', detail: 'NODE', nodes });

/** So many writes of keys 1 to `sets`, and reads of keys 1 to `gets`. */
const load = (port: number, sets: number, gets: number) =>
  shell(
    network,
    `( for i in $(seq ${sets}); do printf 'set key%d 0 0 1\\r\\n1\\r\\n' $i; done
       for i in $(seq ${gets}); do printf 'get key%d\\r\\n' $i; done; printf 'quit\\r\\n' ) |
     busybox nc 127.0.0.1 ${port}`,
  );

test('a node’s rates and levels, from its first run on', async () => {
  const cold = await probe.run(event(node('a1', NODE)));
  expect(cold.seconds).toBeGreaterThan(3);
  expect(cold.line('node')).toMatchObject({ Cluster: 'cache', Zone: 'A', Node: 'a1', Reachable: 1, Gets: 0, Sets: 0 });
  expect(cold.line('node')).not.toHaveProperty('HitRatio');

  const start = Date.now();
  await load(NODE, 20, 30);
  const warm = await probe.run(event(node('a1', NODE)));
  const seconds = (Date.now() - start) / 1000;
  expect(warm.seconds).toBeLessThan(1.5);
  const line = warm.line('node', { Node: 'a1' });
  expect(line.HitRatio).toBeCloseTo(2 / 3);
  expect(line.Gets / line.Sets).toBeCloseTo(1.5);
  // Between the two answers lies a little more than what was timed here.
  expect(line.Gets).toBeLessThanOrEqual(30 / seconds + 1);
  expect(line.Gets).toBeGreaterThan(30 / (seconds + 1));
  expect(line).toMatchObject({ CurrItems: 20, Evictions: 0, ListenDisabled: 0, Rejected: 0 });
  expect(line.ConnectionsRatio).toBeCloseTo(line.Connections / 100);
  expect(line.BytesUsedRatio).toBeGreaterThan(0);
  expect(line.BytesUsedRatio).toBeLessThan(0.01);
  expect(line.ProbeLatency).toBeLessThan(500);
  for (const type of ['zone', 'cluster']) expect(warm.line(type)).toMatchObject({ CurrItems: 20, HitRatio: 0.666667 });
});

test('a full node evicts, and is full', async () => {
  await probe.run(event(node('a1', ROOMY)));
  await shell(
    network,
    `awk 'BEGIN { v = sprintf("%100000s", ""); for (i = 0; i < 1500; i++) printf "set k%d 0 0 100000 noreply\\r\\n%s\\r\\n", i, v
       printf "quit\\r\\n" }' | busybox nc 127.0.0.1 ${ROOMY}`,
  );
  const line = (await probe.run(event(node('a1', ROOMY)))).line('node');
  expect(line.Evictions).toBeGreaterThan(0);
  expect(line.BytesUsedRatio).toBeGreaterThan(0.8);
});

test('a node that has all the connections it may have lives, and what it refused is told', async () => {
  const one = event(node('a1', NODE));
  await probe.run(one);
  await shell(
    network,
    `bash -c 'for i in $(seq 120); do eval "exec {fd}<>/dev/tcp/127.0.0.1/${NODE}"; done; echo $$ > /tmp/holder; exec sleep 60' \
       > /dev/null 2>&1 &
     until [ -s /tmp/holder ]; do sleep 0.05; done`,
  );
  const full = (await probe.run(one)).line('node');
  expect(full).toMatchObject({ Reachable: 1, ConnectionsRatio: 1 });
  expect(full).not.toHaveProperty('Gets');

  await shell(
    network,
    `kill $(cat /tmp/holder)
     until printf 'stats\\r\\nquit\\r\\n' | busybox nc 127.0.0.1 ${NODE} | awk '/curr_connections/ { few = $3 < 50 } END { exit !few }'; do sleep 0.05; done`,
  );
  const after = (await probe.run(one)).line('node');
  expect(after.Rejected).toBeGreaterThan(0);
  expect(after.ConnectionsRatio).toBeLessThan(0.5);
});

test('after a restart and after a reset the counters count from zero', async () => {
  const one = event(node('a1', RESTARTED));
  await load(RESTARTED, 500, 500);
  await probe.run(one);
  await load(RESTARTED, 500, 500);
  expect((await probe.run(one)).line('node').Gets).toBeGreaterThan(50);

  await shell(
    network,
    `kill -9 $(cat /tmp/${RESTARTED}); memcached -u root -d -p ${RESTARTED}
     until printf 'quit\\r\\n' | busybox nc 127.0.0.1 ${RESTARTED}; do sleep 0.05; done`,
  );
  await load(RESTARTED, 5, 10);
  const restarted = (await probe.run(one)).line('node');
  expect(restarted).toMatchObject({ HitRatio: 0.5, CurrItems: 5 });
  expect(restarted.Gets).toBeGreaterThan(0);
  expect(restarted.Gets / restarted.Sets).toBeCloseTo(2);

  await load(RESTARTED, 0, 90);
  await probe.run(one);
  await shell(network, `printf 'stats reset\\r\\nquit\\r\\n' | busybox nc 127.0.0.1 ${RESTARTED}`);
  await load(RESTARTED, 0, 4);
  const reset = (await probe.run(one)).line('node');
  expect(reset).toMatchObject({ HitRatio: 1 });
  expect(reset.Gets).toBeGreaterThan(0);
});

test('the dead, the lost and the hung are unreachable, in time, and say why', async () => {
  const run = await probe.run(
    event(
      node('a1', NODE),
      node('a2', UNUSED),
      node('b1', 11211, BLACK_HOLE),
      node('b2', HUNG),
      node('c1', 11211, 'nowhere.invalid'),
    ),
  );
  expect(run.seconds).toBeLessThan(10);
  const unreachable = (name: string, error: unknown) => {
    const { _aws, ...rest } = run.line('node', { Node: name });
    expect(rest).toEqual({
      type: 'node',
      Cluster: 'cache',
      Zone: name[0].toUpperCase(),
      Node: name,
      Reachable: 0,
      error,
    });
    expect(_aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'Reachable', Unit: 'None' }]);
  };
  unreachable('a2', `connect ECONNREFUSED 127.0.0.1:${UNUSED}`);
  unreachable('b1', 'no connection in 1500 ms');
  unreachable('b2', 'no whole answer in 1500 ms');
  unreachable('c1', expect.stringMatching(/^nowhere.invalid has no address: /));
  expect(run.line('zone', { Zone: 'A' })).toMatchObject({ Reachable: 0.5, Uptime: expect.any(Number) });
  expect(run.line('zone', { Zone: 'B' })).toMatchObject({ Reachable: 0 });
  expect(run.line('zone', { Zone: 'B' })).not.toHaveProperty('Uptime');
  expect(run.line('cluster')).toMatchObject({ Reachable: 0.2 });
});

test('a hundred nodes, many of them dead, in one run', async () => {
  // One memcached answers at every address of the loopback.
  const nodes = Array.from({ length: 100 }, (_, i) => {
    const name = `${'abc'[i % 3]}${i}`;
    if (i < 60) return node(name, NODE, `127.0.2.${i}`);
    return i < 80 ? node(name, 11211, BLACK_HOLE) : node(name, HUNG, `127.0.3.${i}`);
  });
  const cold = await probe.run(event(...nodes));
  expect(cold.seconds).toBeLessThan(10);
  expect(cold.lines.filter(({ type }) => type === 'node')).toHaveLength(100);
  expect(cold.lines.filter(({ Node, Gets }) => Node && Gets !== undefined)).toHaveLength(60);
  expect(cold.line('cluster').Reachable).toBeCloseTo(0.6);
  const warm = await probe.run(event(...nodes));
  expect(warm.seconds).toBeLessThan(4);
  expect(warm.line('cluster').Reachable).toBeCloseTo(0.6);
});

test('what nobody schedules throws', async () => {
  await expect(probe.run({ cluster: 'cache', detail: 'NONE' } as any)).rejects.toThrow(
    /the event is .* expected a cluster/,
  );
  const statistics = { engine: 'squid' as any, port: 1 };
  const odd = { ...event(node('a1', NODE)), proxies: { host: '127.0.0.1', port: 1, statistics } };
  await expect(probe.run(odd)).rejects.toThrow("the proxies' engine is squid, expected one of memcached, mcrouter");
});
