import { aggregate } from '../../../lambda/probe/aggregate';
import { type Detail, type ProbeEvent } from '../../../lib/contract/probe-event';
import { CLUSTER_METRICS, NODE_METRICS, OUTCOME_METRICS } from '../../../lib/contract/metric-names';
import { nodeSample } from '../../../lambda/probe/node-statistics';
import { type Findings, type NodeOutcome, report } from '../../../lambda/probe/report';

const AT = Date.UTC(2026, 10, 22);

const event = (detail: Detail): ProbeEvent => ({
  cluster: 'cache',
  detail,
  nodes: [
    { name: 'a1', zone: 'A', host: '10.0.1.10', port: 11211 },
    { name: 'a2', zone: 'A', host: '10.0.1.11', port: 11211 },
    { name: 'b1', zone: 'B', host: '10.0.2.10', port: 11211 },
  ],
});

const node = (gets: number, hits: number): NodeOutcome => ({
  sample: nodeSample({
    uptime: String(gets),
    curr_connections: '10',
    max_connections: '1000',
    bytes: '1',
    limit_maxbytes: '3',
  }),
  rates: { Gets: gets, Hits: hits, Sets: 1, Evictions: 0, ListenDisabled: 0, Rejected: 0 },
  milliseconds: gets / 10,
  isFirst: false,
});

const down: NodeOutcome = { error: 'connect ECONNREFUSED' };

const proxy = (failovers: number) => ({
  address: `10.0.1.${failovers}`,
  outcome: {
    sample: { uptime: 5, counters: {} },
    rates: { BackendErrors: 1, Failovers: failovers },
    milliseconds: 1,
    isFirst: false,
  },
});

const findings: Findings = {
  nodes: [node(10, 9), node(30, 15), down],
  proxies: { all: [proxy(1), proxy(2), { address: '10.0.1.3', outcome: { error: 'no connection' } }] },
  canary: { milliseconds: 2.5 },
};

const lines = (detail: Detail, found: Partial<Findings> = {}, latencyByOutcome?: boolean): any[] =>
  report({ ...event(detail), latencyByOutcome }, { ...findings, ...found }, AT);

describe('CloudWatch’s embedded format', () => {
  const published = lines('NODE').filter(({ _aws }) => _aws);

  test('every line of metrics keeps its rules', () => {
    expect(published).toHaveLength(6);
    for (const line of published) {
      expect(Object.keys(line._aws).sort()).toEqual(['CloudWatchMetrics', 'Timestamp']);
      expect(line._aws.Timestamp).toBe(AT);
      expect(line._aws.CloudWatchMetrics).toHaveLength(1);
      const [{ Namespace, Dimensions, Metrics, ...rest }] = line._aws.CloudWatchMetrics;
      expect(rest).toEqual({});
      expect(Namespace).toBe('CdkMemcached');
      expect(Dimensions).toHaveLength(1);
      expect(Dimensions[0].length).toBeLessThanOrEqual(30);
      for (const dimension of Dimensions[0]) expect(line[dimension]).toMatch(/^.{1,1024}$/);
      expect(Metrics.length).toBeGreaterThan(0);
      expect(Metrics.length).toBeLessThanOrEqual(100);
      for (const { Name, Unit, ...more } of Metrics) {
        expect(more).toEqual({});
        expect(['None', 'Count', 'Count/Second', 'Seconds', 'Milliseconds']).toContain(Unit);
        expect(Number.isFinite(line[Name])).toBe(true);
      }
      // What is a number is a metric: nothing is forgotten.
      const numbers = Object.keys(line).filter((name) => typeof line[name] === 'number');
      expect(Metrics.map(({ Name }: any) => Name).sort()).toEqual(numbers.sort());
      expect(JSON.stringify(line).length).toBeLessThan(256 * 1024);
    }
  });

  test('each has the dimensions of its level', () => {
    const dimensions = published.map(({ type, _aws }) => [type, _aws.CloudWatchMetrics[0].Dimensions[0].join()]);
    expect(new Map(dimensions as [string, string][])).toEqual(
      new Map([
        ['node', 'Cluster,Node'],
        ['zone', 'Cluster,Zone'],
        ['cluster', 'Cluster'],
      ]),
    );
  });

  test('units are those of the definitions, and all node metrics are there', () => {
    const metrics = published.find(({ Node }) => Node === 'a1')._aws.CloudWatchMetrics[0].Metrics;
    const units = Object.fromEntries(metrics.map(({ Name, Unit }: any) => [Name, Unit]));
    expect(units).toMatchObject({ Gets: 'Count/Second', Uptime: 'Seconds', ProbeLatency: 'Milliseconds' });
    expect([...Object.keys(units), 'CurrItems'].sort()).toEqual(Object.keys(NODE_METRICS).sort());
    const ofCluster = published.find(({ type }) => type === 'cluster')._aws.CloudWatchMetrics[0].Metrics;
    for (const { Name, Unit } of ofCluster) {
      expect(Unit).toBe({ ...NODE_METRICS, ...CLUSTER_METRICS }[Name as keyof typeof NODE_METRICS].unit);
    }
  });

  test.each([
    ['CLUSTER', ['cluster']],
    ['ZONE', ['zone', 'zone', 'cluster']],
    ['NODE', ['node', 'node', 'node', 'zone', 'zone', 'cluster']],
  ] as [Detail, string[]][])('detail %s publishes no finer metrics, and logs all lines', (detail, types) => {
    const all = lines(detail);
    expect(all.filter(({ _aws }) => _aws).map(({ type }) => type)).toEqual(types);
    const plain = (some: any[]) => some.map(({ _aws, ...line }) => line);
    expect(plain(all)).toEqual(plain(lines('NODE')));
  });
});

test('latencies by outcome are published where they are asked for, and logged always', () => {
  const rates = { read_hit_1: 9, read_miss_2: 1, read_error_50: 1, write_done_5: 3, write_error_5: 1 };
  const outcome = { sample: { counters: {} }, rates, milliseconds: 1, isFirst: false };
  const proxies = { all: [{ address: '10.0.1.1', outcome }] };
  const byOutcome = Object.keys(OUTCOME_METRICS);
  for (const asked of [true, false, undefined]) {
    const cluster = lines('CLUSTER', { proxies }, asked).at(-1);
    expect(Object.keys(cluster)).toEqual(expect.arrayContaining(byOutcome));
    const published = cluster._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: any) => Name);
    expect(published).toContain('ReadLatency');
    expect(published.filter((name: string) => byOutcome.includes(name))).toEqual(asked ? byOutcome : []);
  }
});

test('a zone and a cluster have the sums, the least, the most, the means and the ratios of their nodes', () => {
  const [a, b, all] = lines('ZONE').filter(({ type }) => type === 'zone' || type === 'cluster');
  const ofThose = {
    Gets: 40,
    Sets: 2,
    HitRatio: 0.6,
    Uptime: 10,
    ProbeLatency: 3,
    Connections: 20,
    ConnectionsRatio: 0.01,
  };
  expect(a).toMatchObject({ Cluster: 'cache', Zone: 'A', Reachable: 1, BytesUsedRatio: 0.333333, ...ofThose });
  expect({ ...b, _aws: undefined }).toEqual({ type: 'zone', Cluster: 'cache', Zone: 'B', Reachable: 0 });
  expect(all).toMatchObject({ Reachable: 0.666667, ...ofThose });
});

test('a node that read nothing weighs nothing in a hit ratio', () => {
  expect(aggregate([{ Gets: 10, HitRatio: 0.5 }, { Gets: 0 }, {}])).toEqual({ Gets: 10, HitRatio: 0.5 });
  expect(aggregate([])).toEqual({});
});

test('proxies are told of one by one, and their sums are the cluster’s', () => {
  const all = lines('NODE');
  expect(all.filter(({ type }) => type === 'proxy')).toEqual([
    {
      type: 'proxy',
      Cluster: 'cache',
      address: '10.0.1.1',
      Reachable: 1,
      Uptime: 5,
      ProbeLatency: 1,
      BackendErrors: 1,
      Failovers: 1,
    },
    {
      type: 'proxy',
      Cluster: 'cache',
      address: '10.0.1.2',
      Reachable: 1,
      Uptime: 5,
      ProbeLatency: 1,
      BackendErrors: 1,
      Failovers: 2,
    },
    { type: 'proxy', Cluster: 'cache', address: '10.0.1.3', Reachable: 0, error: 'no connection' },
  ]);
  expect(all.at(-1)).toMatchObject({
    ReachableProxies: 2,
    BackendErrors: 2,
    Failovers: 3,
    CanarySuccess: 1,
    CanaryLatency: 2.5,
  });
  expect(all.at(-1)).not.toHaveProperty('MarkedBad');
});

test('a cluster has no figures of what it does not have', () => {
  const [all] = lines('CLUSTER', { proxies: undefined, canary: undefined }).slice(-1);
  for (const name of Object.keys({ ...CLUSTER_METRICS, ...OUTCOME_METRICS })) expect(all).not.toHaveProperty(name);
});

test('what failed is said', () => {
  const all = lines('NODE', { proxies: { error: 'no address', all: [] }, canary: { error: 'no answer' } });
  expect(all.find(({ Node }) => Node === 'b1').error).toBe('connect ECONNREFUSED');
  expect(all.find(({ type }) => type === 'error')).toEqual({ type: 'error', Cluster: 'cache', error: 'no address' });
  expect(all.at(-1)).toMatchObject({ ReachableProxies: 0, CanarySuccess: 0, canaryError: 'no answer' });
  expect(all.at(-1)).not.toHaveProperty('CanaryLatency');
});
