import { Aws, Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  Endpoint,
  MemcachedCluster,
  CacheMetricDetail,
  Routing,
  type IMemcachedCluster,
  type IMemcachedNodeMetrics,
} from '../../lib';
import { CLUSTER_METRICS, NODE_METRICS, OUTCOME_METRICS } from '../../lib/contract/metric-names';
import { REGION, regionalStack, SynthesizedCluster } from '../synth';

const created = new SynthesizedCluster({ latencyByOutcome: true }).cluster;
const imported = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Imported', {
  endpointAddress: 'cache.internal',
  nodeEndpoints: ['10.0.1.10', '10.0.2.10', '10.0.3.10'].map((address) => new Endpoint(address, 11211)),
  nodeNames: ['a1', 'b1', 'c1'],
  clusterName: 'Shop-Cache',
  latencyByOutcome: true,
  loadBalancerFullName: 'net/lb/1',
  targetGroupFullName: 'targetgroup/tg/2',
  ecsClusterName: 'ecs',
  proxyServiceName: 'proxies',
});

type Method = (options?: cloudwatch.MetricOptions) => cloudwatch.Metric;
type NodeMethod = Exclude<keyof IMemcachedNodeMetrics, 'metric'>;

/** Of clusters, zones and nodes alike. */
const OF_NODES: [NodeMethod, string, string][] = [
  ['hitRatio', 'HitRatio', 'Average'],
  ['gets', 'Gets', 'Average'],
  ['sets', 'Sets', 'Average'],
  ['evictions', 'Evictions', 'Average'],
  ['bytesUsedRatio', 'BytesUsedRatio', 'Maximum'],
  ['currItems', 'CurrItems', 'Average'],
  ['connections', 'Connections', 'Average'],
  ['connectionsRatio', 'ConnectionsRatio', 'Maximum'],
  ['listenDisabled', 'ListenDisabled', 'Maximum'],
  ['rejected', 'Rejected', 'Maximum'],
  ['uptime', 'Uptime', 'Minimum'],
  ['reachable', 'Reachable', 'Minimum'],
  ['probeLatency', 'ProbeLatency', 'Maximum'],
];

const PROBE = 'CdkMemcached';
const ELB = 'AWS/NetworkELB';
const BALANCER = ['LoadBalancer'];
const TARGETS = ['LoadBalancer', 'TargetGroup'];
const PROXIES = ['ClusterName', 'ServiceName'];

type Row = [path: string, namespace: string, metricName: string, statistic: string, dimensions: string[]];

/** Of clusters only. */
const OF_CLUSTERS: Row[] = [
  ['canarySuccess', PROBE, 'CanarySuccess', 'Minimum', ['Cluster']],
  ['canaryLatency', PROBE, 'CanaryLatency', 'Maximum', ['Cluster']],
  ['proxies.reachable', PROBE, 'ReachableProxies', 'Minimum', ['Cluster']],
  ['proxies.backendErrors', PROBE, 'BackendErrors', 'Average', ['Cluster']],
  ['proxies.failovers', PROBE, 'Failovers', 'Average', ['Cluster']],
  ['proxies.markedBad', PROBE, 'MarkedBad', 'Average', ['Cluster']],
  ['proxies.debtsOwed', PROBE, 'DebtsOwed', 'Maximum', ['Cluster']],
  ['proxies.debtsPaid', PROBE, 'DebtsPaid', 'Average', ['Cluster']],
  ['proxies.nodesEmptied', PROBE, 'NodesEmptied', 'Average', ['Cluster']],
  ['proxies.warmUps', PROBE, 'WarmUps', 'Average', ['Cluster']],
  ['proxies.clientHitRatio', PROBE, 'ClientHitRatio', 'Average', ['Cluster']],
  ['proxies.clientErrors', PROBE, 'ClientErrors', 'Maximum', ['Cluster']],
  ['proxies.readLatency', PROBE, 'ReadLatency', 'Maximum', ['Cluster']],
  ['proxies.writeLatency', PROBE, 'WriteLatency', 'Maximum', ['Cluster']],
  ['copiesDiffering', PROBE, 'CopiesDiffering', 'Maximum', ['Cluster']],
  ['copiesMissing', PROBE, 'CopiesMissing', 'Average', ['Cluster']],
  ['proxies.readHitLatency', PROBE, 'ReadHitLatency', 'Maximum', ['Cluster']],
  ['proxies.readMissLatency', PROBE, 'ReadMissLatency', 'Maximum', ['Cluster']],
  ['proxies.readErrorLatency', PROBE, 'ReadErrorLatency', 'Maximum', ['Cluster']],
  ['proxies.writeDoneLatency', PROBE, 'WriteDoneLatency', 'Maximum', ['Cluster']],
  ['proxies.writeErrorLatency', PROBE, 'WriteErrorLatency', 'Maximum', ['Cluster']],
];

const METRICS: Row[] = [
  ...OF_NODES.map(([method, name, statistic]): Row => [method, PROBE, name, statistic, ['Cluster']]),
  ...OF_CLUSTERS,
  ['proxies.cpuUtilization', 'AWS/ECS', 'CPUUtilization', 'Average', PROXIES],
  ['proxies.memoryUtilization', 'AWS/ECS', 'MemoryUtilization', 'Average', PROXIES],
  ['loadBalancer.healthyHostCount', ELB, 'HealthyHostCount', 'Maximum', TARGETS],
  ['loadBalancer.unHealthyHostCount', ELB, 'UnHealthyHostCount', 'Minimum', TARGETS],
  ['loadBalancer.activeFlowCount', ELB, 'ActiveFlowCount', 'Average', BALANCER],
  ['loadBalancer.processedBytes', ELB, 'ProcessedBytes', 'Sum', BALANCER],
  ['loadBalancer.tcpTargetResetCount', ELB, 'TCP_Target_Reset_Count', 'Sum', BALANCER],
  ['loadBalancer.tcpElbResetCount', ELB, 'TCP_ELB_Reset_Count', 'Sum', BALANCER],
  ['loadBalancer.portAllocationErrorCount', ELB, 'PortAllocationErrorCount', 'Sum', BALANCER],
  ['loadBalancer.unhealthyRoutingFlowCount', ELB, 'UnhealthyRoutingFlowCount', 'Sum', BALANCER],
];

/** The method at a path below `cluster.metrics`, such as `proxies.reachable`. */
function methodOf({ metrics }: IMemcachedCluster, path: string): Method {
  const names = path.split('.');
  const method = names.pop()!;
  const owner = names.reduce((each: any, name) => each[name], metrics);
  return (options) => owner[method](options);
}

describe.each<[string, IMemcachedCluster]>([
  ['created', created],
  ['imported', imported],
])('%s', (_, cluster) => {
  test.each(METRICS)('%s', (method, namespace, metricName, statistic, dimensions) => {
    const metric = methodOf(cluster, method)();
    expect(metric).toMatchObject({ namespace, metricName, statistic });
    expect(Object.keys(metric.dimensions ?? {}).sort()).toEqual(dimensions);
  });

  test.each(METRICS)('%s takes the user’s options last', (method) => {
    expect(methodOf(cluster, method)({ statistic: 'p99', period: Duration.minutes(1) })).toMatchObject({
      statistic: 'p99',
      period: Duration.minutes(1),
    });
  });
});

test('there is a method for each metric that the probe publishes', () => {
  expect(OF_NODES.map(([, name]) => name)).toEqual(Object.keys(NODE_METRICS));
  expect(OF_CLUSTERS.map(([, , name]) => name)).toEqual(Object.keys({ ...CLUSTER_METRICS, ...OUTCOME_METRICS }));
});

describe.each<[string, IMemcachedCluster]>([
  ['created', created],
  ['imported', imported],
])('%s, in its parts', (_, cluster) => {
  test.each(OF_NODES)('%s of a node', (method, metricName, statistic) => {
    expect(cluster.nodes.map(({ name, zoneLabel }) => name + zoneLabel)).toEqual(['a1a', 'b1b', 'c1c']);
    const metric = cluster.nodes[1].metrics[method]();
    expect(metric).toMatchObject({ namespace: 'CdkMemcached', metricName, statistic, dimensions: { Node: 'b1' } });
    expect(Object.keys(metric.dimensions ?? {}).sort()).toEqual(['Cluster', 'Node']);
    expect(cluster.nodes[1].metrics[method]({ statistic: 'p99' }).statistic).toBe('p99');
  });

  test.each(OF_NODES)('the metric of %s in a zone, and by its name', (_method, metricName, statistic) => {
    const ofZone = cluster.metrics.inZone('b').metric(metricName, { period: Duration.minutes(1) });
    expect(ofZone).toMatchObject({ metricName, statistic, dimensions: { Zone: 'b' }, period: Duration.minutes(1) });
    expect(Object.keys(ofZone.dimensions ?? {}).sort()).toEqual(['Cluster', 'Zone']);
    expect(cluster.metrics.metric(metricName)).toMatchObject({ metricName, statistic });
    expect(cluster.nodes[0].metrics.metric(metricName)).toMatchObject({
      metricName,
      statistic,
      dimensions: { Node: 'a1' },
    });
  });

  test('a name that nobody publishes is refused', () => {
    expect(() => cluster.metrics.metric('HitRate')).toThrow(
      "metricName is 'HitRate', expected one that the probe publishes of a cluster: HitRatio, Gets,",
    );
    expect(() => cluster.nodes[0].metrics.metric('CanarySuccess')).toThrow(
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
  same(cluster.metrics.hitRatio(), again.metrics.hitRatio());
  same(cluster.nodes[2].metrics.evictions(), again.nodes[2].metrics.evictions());
  same(cluster.metrics.inZone('a').gets(), again.metrics.inZone('a').gets());
});

test.each<[string, IMemcachedCluster, string]>([
  ['the name of a zone', created, 'eu-west-1a'],
  ['a capital', created, 'A'],
  ['a zone that there is not', created, 'd'],
  ['a zone of which no node is named', imported, 'd'],
])('%s is no letter of a zone', (_, cluster, zone) => {
  expect(() => cluster.metrics.inZone(zone)).toThrow(
    `zone is '${zone}', expected the letter of a zone of the cluster: a, b, c`,
  );
});

test('the region of an import that is only known at deployment is the stack’s own', () => {
  const cluster = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Here', {
    endpointAddress: 'cache',
    clusterName: 'Shop-Cache',
    region: Aws.REGION,
  });
  expect(cluster.metrics.hitRatio().region).toBe(REGION);
});

describe('what is not published is refused', () => {
  test.each<[CacheMetricDetail, string, (cluster: MemcachedCluster) => void]>([
    [
      CacheMetricDetail.ZONE,
      'HitRatio of node a1 is asked for with metricDetail ZONE',
      ({ nodes }) => nodes[0].metrics.hitRatio(),
    ],
    [
      CacheMetricDetail.CLUSTER,
      'Gets of zone b is asked for with metricDetail CLUSTER, expected ZONE or finer',
      (cluster) => cluster.metrics.inZone('b').gets(),
    ],
    [
      CacheMetricDetail.NODE,
      'ReadHitLatency is asked for while latencyByOutcome is false, expected true: ',
      (cluster) => cluster.metrics.proxies.readHitLatency(),
    ],
  ])('with metricDetail %s', (metricDetail, message, ask) => {
    expect(() => ask(new SynthesizedCluster({ metricDetail }).cluster)).toThrow(message);
  });

  test('without the probe', () => {
    const { cluster } = new SynthesizedCluster({ probe: false });
    expect(() => cluster.metrics.hitRatio()).toThrow('HitRatio is asked for while probe is false, expected true');
    expect(() => cluster.nodes[0].metrics.reachable()).toThrow('Reachable is asked for while probe is false');
  });

  test('without a load balancer', () => {
    const { cluster } = new SynthesizedCluster({ routing: Routing.networkLoadBalancer() });
    expect(() => cluster.metrics.proxies.cpuUtilization()).toThrow('CPUUtilization has no ecsClusterName');
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

  test.each([
    ['loadBalancer.healthyHostCount', 'loadBalancerFullName'],
    ['proxies.cpuUtilization', 'ecsClusterName'],
    ['hitRatio', 'clusterName'],
  ])('says what %s needs', (method, missing) => {
    const bare = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Bare', { endpointAddress: 'cache' });
    expect(() => methodOf(bare, method)()).toThrow(
      `has no ${missing}, expected one: pass it to fromMemcachedClusterAttributes`,
    );
  });
});
