import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import { benchNames } from '../../../rehearsal/bench/bench';
import { nameOf, readdressed, usualHealthCheck } from '../../../rehearsal/bench/paths';
import { pathNames, rows } from '../../../rehearsal/bench/rows';

const plan = (stack: string, addresses: string[], text: string): ClusterPlan =>
  ({
    stack,
    topology: 'sharded',
    nodes: addresses.map((interfaceAddress) => ({ kind: 'instance', interfaceAddress })),
    proxies: { name: 'proxy', balanced: true, containers: [{ name: 'one', argv: ['sh', '-c', text] }] },
  }) as unknown as ClusterPlan;

test('a proxy is put before the nodes of another cluster, in their order', () => {
  const twemproxy = plan('B', ['10.0.0.1', '10.0.0.11'], '10.0.0.11:11211 a 10.0.0.1:11211\nexec nutcracker -c x');
  const moved = readdressed(twemproxy, plan('A', ['10.0.0.5', '10.0.0.1'], ''));
  expect(moved.containers[0].argv[2]).toBe('10.0.0.1:11211 a 10.0.0.5:11211\nexec nutcracker -c x');
  expect(moved.balanced).toBe(false);
});

test('clusters of other sizes cannot be compared', () => {
  expect(() => readdressed(plan('B', ['10.0.0.1'], ''), plan('A', ['10.0.0.5', '10.0.0.6'], ''))).toThrow(
    'B has 1 nodes, expected 2 as in A: give all as many',
  );
});

test.each([
  ['exec nutcracker -c /tmp/x', 'twemproxy'],
  ['exec haproxy -db', 'haproxy'],
  ['exec memcached -p 1', 'sharded'],
])('%s is %s', (text, name) => {
  expect(nameOf(plan('A', [], text))).toBe(name);
});

test('the reference checks each 2 s, and neither ends nor moves sessions', () => {
  const text = [
    '  timeout connect 200ms',
    '  option redispatch 1',
    '  option tcp-check',
    '  tcp-check send version\\r\\n',
    '  default-server check inter 2000 fastinter 500 downinter 1000 rise 2 fall 3 resolvers vpc on-marked-down shutdown-sessions',
    '  server a1 10.0.0.1:11211',
  ].join('\n');
  expect(usualHealthCheck(plan('A', [], text).proxies!).containers[0].argv[2].split('\n')).toEqual([
    '  timeout connect 5s',
    '  default-server check inter 2000 rise 2 fall 3 resolvers vpc',
    '  server a1 10.0.0.1:11211',
  ]);
});

test('the plan has a row for each figure of the goals, and each path has its turn beside the direct one', () => {
  expect(benchNames).toEqual(expect.arrayContaining(['get-heavy', 'multiget', 'pipelined', 'latency-busy', 'outage']));
  expect(new Set(benchNames).size).toBe(benchNames.length);
  for (const { paths } of rows) expect(paths[0]).toBe('direct');
  expect(new Set(rows.flatMap(({ paths }) => paths))).toEqual(new Set(pathNames));
});
