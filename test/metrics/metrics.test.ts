import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  Endpoint,
  MemcachedCluster,
  MetricDetail,
  Routing,
  type IMemcachedCluster,
  type IMemcachedNode,
} from '../../lib';
import { CLUSTER_METRICS, NODE_METRICS } from '../../lib/contract/metric-names';
import { regionalStack, SynthesizedCluster } from '../synth';

const created = new SynthesizedCluster().cluster;
const imported = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Imported', {
  endpointAddress: 'cache.internal',
  nodeEndpoints: ['10.0.1.10', '10.0.2.10', '10.0.3.10'].map((address) => new Endpoint(address, 11211)),
  nodeNames: ['a1', 'b1', 'c1'],
  clusterName: 'Shop-Cache',
  loadBalancerFullName: 'net/lb/1',
  targetGroupFullName: 'targetgroup/tg/2',
  ecsClusterName: 'ecs',
  proxyServiceName: 'proxies',
});

type MetricMethodOf<T> = keyof {
  [K in keyof T as T[K] extends (options?: cloudwatch.MetricOptions) => cloudwatch.Metric ? K : never]: 1;
};
type MetricMethod = MetricMethodOf<IMemcachedCluster>;
type NodeMetricMethod = MetricMethodOf<IMemcachedNode>;

/** Of clusters and nodes alike. */
const OF_NODES: [NodeMetricMethod, string, string][] = [
  ['metricHitRatio', 'HitRatio', 'Average'],
  ['metricGets', 'Gets', 'Average'],
  ['metricSets', 'Sets', 'Average'],
  ['metricEvictions', 'Evictions', 'Average'],
  ['metricBytesUsedRatio', 'BytesUsedRatio', 'Maximum'],
  ['metricCurrItems', 'CurrItems', 'Average'],
  ['metricConnections', 'Connections', 'Average'],
  ['metricConnectionsRatio', 'ConnectionsRatio', 'Maximum'],
  ['metricListenDisabled', 'ListenDisabled', 'Maximum'],
  ['metricRejected', 'Rejected', 'Maximum'],
  ['metricUptime', 'Uptime', 'Minimum'],
  ['metricReachable', 'Reachable', 'Minimum'],
  ['metricProbeLatency', 'ProbeLatency', 'Maximum'],
];
const OF_CLUSTERS: [MetricMethod, string, string][] = [
  ['metricCanarySuccess', 'CanarySuccess', 'Minimum'],
  ['metricCanaryLatency', 'CanaryLatency', 'Maximum'],
  ['metricReachableProxies', 'ReachableProxies', 'Minimum'],
  ['metricBackendErrors', 'BackendErrors', 'Average'],
  ['metricFailovers', 'Failovers', 'Average'],
  ['metricMarkedBad', 'MarkedBad', 'Average'],
];

const BALANCER = ['LoadBalancer'];
const TARGETS = ['LoadBalancer', 'TargetGroup'];
const PROXIES = ['ClusterName', 'ServiceName'];
const METRICS: [MetricMethod, string, string, string, string[]][] = [
  ['metricHealthyTargetCount', 'AWS/NetworkELB', 'HealthyHostCount', 'Minimum', TARGETS],
  ['metricUnhealthyTargetCount', 'AWS/NetworkELB', 'UnHealthyHostCount', 'Maximum', TARGETS],
  ['metricActiveFlowCount', 'AWS/NetworkELB', 'ActiveFlowCount', 'Average', BALANCER],
  ['metricProcessedBytes', 'AWS/NetworkELB', 'ProcessedBytes', 'Sum', BALANCER],
  ['metricTargetResetCount', 'AWS/NetworkELB', 'TCP_Target_Reset_Count', 'Sum', BALANCER],
  ['metricLoadBalancerResetCount', 'AWS/NetworkELB', 'TCP_ELB_Reset_Count', 'Sum', BALANCER],
  ['metricPortAllocationErrorCount', 'AWS/NetworkELB', 'PortAllocationErrorCount', 'Sum', BALANCER],
  ['metricUnhealthyRoutingFlowCount', 'AWS/NetworkELB', 'UnhealthyRoutingFlowCount', 'Sum', BALANCER],
  ...[...OF_NODES, ...OF_CLUSTERS].map(
    ([method, name, statistic]): [MetricMethod, string, string, string, string[]] => [
      method,
      'CdkMemcached',
      name,
      statistic,
      ['Cluster'],
    ],
  ),
  ['metricProxyCpuUtilization', 'AWS/ECS', 'CPUUtilization', 'Average', PROXIES],
  ['metricProxyMemoryUtilization', 'AWS/ECS', 'MemoryUtilization', 'Average', PROXIES],
];

describe.each<[string, IMemcachedCluster]>([
  ['created', created],
  ['imported', imported],
])('%s', (_, cluster) => {
  test.each(METRICS)('%s', (method, namespace, metricName, statistic, dimensions) => {
    const metric = cluster[method]();
    expect(metric).toMatchObject({ namespace, metricName, statistic });
    expect(Object.keys(metric.dimensions ?? {}).sort()).toEqual(dimensions);
  });

  test.each(METRICS)('%s takes the user’s options last', (method) => {
    expect(cluster[method]({ statistic: 'p99', period: Duration.minutes(1) })).toMatchObject({
      statistic: 'p99',
      period: Duration.minutes(1),
    });
  });
});

test('there is a method for each metric that the probe publishes', () => {
  expect(OF_NODES.map(([, name]) => name)).toEqual(Object.keys(NODE_METRICS));
  expect(OF_CLUSTERS.map(([, name]) => name)).toEqual(Object.keys(CLUSTER_METRICS));
});

describe.each<[string, IMemcachedCluster]>([
  ['created', created],
  ['imported', imported],
])('%s, in its parts', (_, cluster) => {
  test.each(OF_NODES)('%s of a node', (method, metricName, statistic) => {
    expect(cluster.nodes.map(({ name, zoneLabel }) => name + zoneLabel)).toEqual(['a1a', 'b1b', 'c1c']);
    const metric = cluster.nodes[1][method]();
    expect(metric).toMatchObject({ namespace: 'CdkMemcached', metricName, statistic, dimensions: { Node: 'b1' } });
    expect(Object.keys(metric.dimensions ?? {}).sort()).toEqual(['Cluster', 'Node']);
    expect(cluster.nodes[1][method]({ statistic: 'p99' }).statistic).toBe('p99');
  });

  test.each(OF_NODES)('the metric of %s in a zone, and by its name', (_method, metricName, statistic) => {
    const ofZone = cluster.metricInZone('b', metricName, { period: Duration.minutes(1) });
    expect(ofZone).toMatchObject({ metricName, statistic, dimensions: { Zone: 'b' }, period: Duration.minutes(1) });
    expect(Object.keys(ofZone.dimensions ?? {}).sort()).toEqual(['Cluster', 'Zone']);
    expect(cluster.metric(metricName)).toMatchObject({ metricName, statistic });
    expect(cluster.nodes[0].metric(metricName)).toMatchObject({ metricName, statistic, dimensions: { Node: 'a1' } });
  });

  test('a name that nobody publishes is refused', () => {
    expect(() => cluster.metric('HitRate')).toThrow(
      "metricName is 'HitRate', expected one that the probe publishes of a cluster: HitRatio, Gets,",
    );
    expect(() => cluster.nodes[0].metric('CanarySuccess')).toThrow(
      "metricName is 'CanarySuccess', expected one that the probe publishes of a node:",
    );
  });
});

test('created and imported speak of the same metric', () => {
  const { cluster, stack } = new SynthesizedCluster();
  const again = MemcachedCluster.fromMemcachedClusterAttributes(stack, 'Again', {
    endpointAddress: cluster.endpoint.hostname,
    clusterName: cluster.clusterName,
    nodeEndpoints: cluster.nodeEndpoints,
    nodeNames: cluster.nodes.map(({ name }) => name),
  });
  const same = (one: cloudwatch.Metric, other: cloudwatch.Metric): void =>
    expect(stack.resolve(one.toMetricConfig())).toEqual(stack.resolve(other.toMetricConfig()));
  same(cluster.metricHitRatio(), again.metricHitRatio());
  same(cluster.nodes[2].metricEvictions(), again.nodes[2].metricEvictions());
  same(cluster.metricInZone('a', 'Gets'), again.metricInZone('a', 'Gets'));
});

describe('what is not published is refused', () => {
  test.each<[MetricDetail, string, (cluster: MemcachedCluster) => void]>([
    [
      MetricDetail.ZONE,
      'HitRatio of node a1 is asked for with metricDetail ZONE',
      ({ nodes }) => nodes[0].metricHitRatio(),
    ],
    [
      MetricDetail.CLUSTER,
      'Gets of zone b is asked for with metricDetail CLUSTER, expected ZONE or finer',
      (cluster) => cluster.metricInZone('b', 'Gets'),
    ],
  ])('with metricDetail %s', (metricDetail, message, ask) => {
    expect(() => ask(new SynthesizedCluster({ metricDetail }).cluster)).toThrow(message);
  });

  test('without the probe', () => {
    const { cluster } = new SynthesizedCluster({ probe: false });
    expect(() => cluster.metricHitRatio()).toThrow('HitRatio is asked for while probe is false, expected true');
    expect(() => cluster.nodes[0].metricReachable()).toThrow('Reachable is asked for while probe is false');
  });

  test('without a load balancer', () => {
    const { cluster } = new SynthesizedCluster({ routing: Routing.networkLoadBalancer() });
    expect(() => cluster.metricProxyCpuUtilization()).toThrow('CPUUtilization has no ecsClusterName');
  });
});

describe('an imported cluster', () => {
  test('has the endpoint it is given', () => {
    expect(imported.endpoint.socketAddress).toBe('cache.internal:11211');
    expect(imported.nodes[1].endpoint.socketAddress).toBe('10.0.2.10:11211');
  });

  test.each<[string, string[], string]>([
    ['fewer names than addresses', ['a1'], 'nodeNames has 1 names, expected as many as nodeEndpoints (2)'],
    ['names of another form', ['a1', 'node-2'], "nodeNames has 'node-2', expected a zone's letter and a number"],
  ])('refuses %s', (_, nodeNames, message) => {
    const nodeEndpoints = [new Endpoint('10.0.1.10', 11211), new Endpoint('10.0.2.10', 11211)];
    const attributes = { nodeEndpoints, nodeNames };
    expect(() => MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Bad', attributes)).toThrow(message);
  });

  test('opens its security group', () => {
    const stack = regionalStack();
    const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1', { mutable: true });
    const cluster = MemcachedCluster.fromMemcachedClusterAttributes(stack, 'Imported', {
      endpointAddress: 'cache.internal',
      port: 22122,
      securityGroups: [group],
      nodeEndpoints: [new Endpoint('10.0.0.1', 22122)],
    });
    cluster.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/16'));
    expect(cluster.connections.defaultPort?.toString()).toBe('22122');
    expect(cluster.nodeEndpoints[0].socketAddress).toBe('10.0.0.1:22122');
  });

  test.each<[MetricMethod, string]>([
    ['metricHealthyTargetCount', 'loadBalancerFullName'],
    ['metricProxyCpuUtilization', 'ecsClusterName'],
    ['metricHitRatio', 'clusterName'],
  ])('says what %s needs', (method, missing) => {
    const bare = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Bare', { endpointAddress: 'cache' });
    expect(() => bare[method]()).toThrow(`has no ${missing}, expected one: pass it to fromMemcachedClusterAttributes`);
  });
});
