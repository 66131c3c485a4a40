import { ALARM, zoneAlarmId, zoneOfAlarm } from '../../lib/contract/alarm-ids';
import { inParallel } from '../../lib/contract/in-parallel';
import { CERTIFICATE_REFUSED, ZONE_UNKNOWN } from '../../lib/contract/log-phrases';
import {
  CLUSTER_METRICS,
  DIMENSIONS,
  NAMESPACE,
  NODE_METRICS,
  OUTCOME_METRICS,
  SIDECAR_DIMENSIONS,
  SIDECAR_METRICS,
} from '../../lib/contract/metric-names';
import { DETAILS, type ProbeEvent } from '../../lib/contract/probe-event';
import { quote } from '../../lib/contract/quote';
import { CacheRole } from '../../lib/contract/roles';
import { CacheTag } from '../../lib/contract/tags';
import { CacheTopologyKind } from '../../lib/contract/topology-kind';

// Templates, logs, dashboards and alarms that are deployed hold these values, and the rehearsal judges by them. So they
// stand here once more, by hand: a change of one is a change for users.

test('tags', () => {
  expect({ ...CacheTag }).toEqual({
    CLUSTER: 'cdk-memcached:cluster',
    ROLE: 'cdk-memcached:role',
    TLS_NAME: 'cdk-memcached:tls-name',
    TARGET_TLS: 'cdk-memcached:target-tls',
    CERTIFICATE_SECRET: 'cdk-memcached:certificate-secret',
    AUTHORITIES_SECRET: 'cdk-memcached:authorities-secret',
    PORT: 'cdk-memcached:port',
    TOPOLOGY: 'cdk-memcached:topology',
    ALARM: 'cdk-memcached:alarm',
    ZONE: 'cdk-memcached:zone',
    NODE: 'cdk-memcached:node',
    INTERFACE: 'cdk-memcached:interface',
    GROUP: 'cdk-memcached:group',
  });
});

test('the values of tags', () => {
  expect({ ...CacheRole }).toEqual({
    NODE: 'node',
    PROXY: 'proxy',
    SIDECAR: 'sidecar',
    ENDPOINT: 'endpoint',
    DISCOVERY: 'discovery',
    PROBE: 'probe',
  });
  expect({ ...CacheTopologyKind }).toEqual({ REPLICATED: 'replicated', SHARDED: 'sharded' });
});

test('metrics of proxies beside applications: as the probe has them of others', () => {
  expect(SIDECAR_DIMENSIONS).toEqual(['Cluster', 'Application']);
  const names = [
    ...[
      'Uptime',
      'Connections',
      'ConnectionsRatio',
      'Rejected',
      'BackendErrors',
      'Failovers',
      'MarkedBad',
      'DebtsOwed',
    ],
    ...['DebtsPaid', 'NodesEmptied', 'WarmUps', 'ClientHitRatio', 'ClientErrors', 'ReadLatency', 'WriteLatency'],
  ];
  expect(Object.keys(SIDECAR_METRICS)).toEqual(names);
  const unitsOf = (metrics: Record<string, { unit: string }>) =>
    Object.fromEntries(Object.entries(metrics).map(([name, { unit }]) => [name, unit]));
  expect(unitsOf({ ...NODE_METRICS, ...CLUSTER_METRICS })).toMatchObject(unitsOf(SIDECAR_METRICS));
});

test('metrics', () => {
  expect(NAMESPACE).toBe('CdkMemcached');
  expect(DIMENSIONS).toEqual({ CLUSTER: ['Cluster'], ZONE: ['Cluster', 'Zone'], NODE: ['Cluster', 'Node'] });
  expect(NODE_METRICS).toEqual({
    HitRatio: { unit: 'None', aggregate: 'ratio of sums' },
    Gets: { unit: 'Count/Second', aggregate: 'sum' },
    Sets: { unit: 'Count/Second', aggregate: 'sum' },
    Evictions: { unit: 'Count/Second', aggregate: 'sum' },
    BytesUsedRatio: { unit: 'None', aggregate: 'most' },
    CurrItems: { unit: 'Count', aggregate: 'sum' },
    Connections: { unit: 'Count', aggregate: 'sum' },
    ConnectionsRatio: { unit: 'None', aggregate: 'most' },
    ListenDisabled: { unit: 'Count/Second', aggregate: 'sum' },
    Rejected: { unit: 'Count/Second', aggregate: 'sum' },
    Uptime: { unit: 'Seconds', aggregate: 'least' },
    Reachable: { unit: 'None', aggregate: 'mean' },
    ProbeLatency: { unit: 'Milliseconds', aggregate: 'most' },
  });
  expect(CLUSTER_METRICS).toEqual({
    CanarySuccess: { unit: 'None' },
    CanaryLatency: { unit: 'Milliseconds' },
    ReachableProxies: { unit: 'Count' },
    BackendErrors: { unit: 'Count/Second' },
    Failovers: { unit: 'Count/Second' },
    MarkedBad: { unit: 'Count/Second' },
    DebtsOwed: { unit: 'Count' },
    DebtsPaid: { unit: 'Count/Second' },
    WarmUps: { unit: 'Count/Second' },
    NodesEmptied: { unit: 'Count/Second' },
    ClientHitRatio: { unit: 'None' },
    ClientErrors: { unit: 'None' },
    ReadLatency: { unit: 'Milliseconds' },
    WriteLatency: { unit: 'Milliseconds' },
    CopiesDiffering: { unit: 'None' },
    CopiesMissing: { unit: 'None' },
  });
  expect(OUTCOME_METRICS).toEqual({
    ReadHitLatency: { unit: 'Milliseconds' },
    ReadMissLatency: { unit: 'Milliseconds' },
    ReadErrorLatency: { unit: 'Milliseconds' },
    WriteDoneLatency: { unit: 'Milliseconds' },
    WriteErrorLatency: { unit: 'Milliseconds' },
  });
});

test('the ids of alarms', () => {
  expect(Object.values(ALARM).sort()).toEqual([
    'CacheDegraded',
    'CacheDown',
    'CanaryFailing',
    'CertificateRefused',
    'ClientErrors',
    'ConnectionsNearLimit',
    'ConnectionsRejected',
    'CopiesDiffer',
    'DebtsStayOwed',
    'Evictions',
    'HealthyTargetsBelowQuorum',
    'HitRatioFalling',
    'HitRatioLow',
    'ListenDisabled',
    'LoadBalancerResets',
    'MemoryFull',
    'NoHealthyTarget',
    'NoNodeReachable',
    'NodeUnreachable',
    'PortAllocationErrors',
    'ProbeSilent',
    'ProxiesMissing',
    'ProxyCpu',
    'ProxyMemory',
    'ProxyZoneUnknown',
    'TargetResets',
    'UnhealthyRouting',
    'UnhealthyTargets',
  ]);
  for (const [key, id] of Object.entries(ALARM)) expect(id.toLowerCase()).toBe(key.toLowerCase());
});

test.each([
  ['ZoneANodeUnreachable', zoneAlarmId('a', 'NodeUnreachable')],
  ['ZoneBDown', zoneAlarmId('B', 'Down')],
  ['ZoneCNodeLost', zoneAlarmId('c', 'NodeLost')],
  ['ZoneAWithoutHealthyTarget', zoneAlarmId('a', 'WithoutHealthyTarget')],
])('the alarm of a zone is called %s', (expected, id) => {
  expect(id).toBe(expected);
  expect(zoneOfAlarm(id)).toBe(expected[4]);
});

test('an alarm of the whole cluster is of no zone', () => {
  expect(Object.values(ALARM).filter((id) => zoneOfAlarm(id) !== undefined)).toEqual([]);
});

test('the phrases that metric filters look for', () => {
  expect(ZONE_UNKNOWN).toBe('zone unknown');
  expect(CERTIFICATE_REFUSED).toBe('the proxy does not take the certificate');
});

test('the event of the probe', () => {
  // Its fields are types: one that is renamed does not compile here.
  const event: Required<ProbeEvent> = {
    cluster: 'Stack/Cache',
    detail: 'NODE',
    latencyByOutcome: true,
    nodes: [{ name: 'a1', zone: 'a', host: '10.0.0.4', port: 11211 }],
    copies: true,
    proxies: { host: 'proxies.cache.internal', port: 11211, statistics: { engine: 'memcached', port: 11211 } },
    endpoint: { host: 'cache.internal', port: 11211 },
  };
  expect(DETAILS).toEqual(['CLUSTER', 'ZONE', 'NODE']);
  expect(DETAILS).toContain(event.detail);
});

test.each([
  ['', `''`],
  ['a b', `'a b'`],
  [`it's`, `'it'\\''s'`],
  ['$HOME `id` "x" \\', `'$HOME \`id\` "x" \\'`],
])('%j is quoted as one word for a shell', (text, word) => {
  expect(quote(text)).toBe(word);
});

test('work in parallel is of the width asked for, and its results are in order', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel(2, [30, 20, 10, 0], async (number) => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return number + 1;
  });
  expect(results).toEqual([31, 21, 11, 1]);
  expect(most).toBe(2);
});

test('work in parallel fails with the first failure', async () => {
  const fail = (item: string) => Promise.reject(new Error(item));
  await expect(inParallel(2, ['first', 'second'], fail)).rejects.toThrow('first');
});
