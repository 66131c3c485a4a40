import { App, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  CacheTopology,
  MemcachedNodes,
  CacheMetricDetail,
  ClientAffinity,
  Routing,
  type CacheAlarmsOptions,
  type MemcachedClusterProps,
} from '../../../lib';
import { ACCOUNT, partOf, REGION, SynthesizedCluster, textOf, type Resource } from '../../synth';
import { alarm, alarms, childrenOf, COMPOSITE, METRIC_ALARM, ruleOf } from '../synthesized-alarms';

const dimensionsOf = (properties: Resource['Properties']): string[] =>
  properties.Dimensions.map(({ Name, Value }: { Name: string; Value: unknown }) => `${Name}=${textOf(Value)}`);

const made = new SynthesizedCluster({
  nodes: MemcachedNodes.ec2({ nodesPerZone: 12 }),
  routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }),
});

const off = (option: keyof CacheAlarmsOptions): Partial<MemcachedClusterProps> => ({
  alarms: { [option]: { enabled: false } },
});

const [atLeast, above, below, atMost] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];

test.each<[string, metric: string, statistic: string, operator: string, number, minutes: number, within: number]>([
  ['CanaryFailing', 'CanarySuccess', 'Minimum', below, 1, 3, 3],
  ['NoNodeReachable', 'Reachable', 'Minimum', atMost, 0, 2, 2],
  ['ZoneBNodeUnreachable', 'Reachable', 'Minimum', below, 1, 5, 10],
  ['ZoneBDown', 'Reachable', 'Minimum', atMost, 0, 5, 10],
  ['ProxiesMissing', 'ReachableProxies', 'Minimum', below, 6, 5, 10],
  ['ProbeSilent', 'Reachable', 'SampleCount', below, 1, 5, 5],
  ['HitRatioLow', 'HitRatio', 'Average', below, 0.25, 15, 15],
  ['Evictions', 'Evictions', 'Average', atLeast, 10, 15, 15],
  ['MemoryFull', 'BytesUsedRatio', 'Maximum', atLeast, 0.9, 15, 15],
  ['ConnectionsNearLimit', 'ConnectionsRatio', 'Maximum', atLeast, 0.8, 5, 5],
  ['ListenDisabled', 'ListenDisabled', 'Maximum', above, 0, 3, 10],
  ['ConnectionsRejected', 'Rejected', 'Maximum', above, 0, 3, 10],
  ['NoHealthyTarget', 'HealthyHostCount', 'Maximum', below, 1, 2, 2],
  ['HealthyTargetsBelowQuorum', 'HealthyHostCount', 'Maximum', below, 4, 2, 2],
  ['UnhealthyTargets', 'UnHealthyHostCount', 'Minimum', atLeast, 1, 5, 5],
  ['ZoneBWithoutHealthyTarget', 'HealthyHostCount', 'Maximum', below, 1, 3, 3],
  ['TargetResets', 'TCP_Target_Reset_Count', 'Sum', atLeast, 100, 5, 5],
  ['LoadBalancerResets', 'TCP_ELB_Reset_Count', 'Sum', atLeast, 100, 5, 5],
  ['PortAllocationErrors', 'PortAllocationErrorCount', 'Sum', atLeast, 1, 3, 5],
  ['UnhealthyRouting', 'UnhealthyRoutingFlowCount', 'Sum', atLeast, 1, 2, 2],
  ['ProxyCpu', 'CPUUtilization', 'Average', atLeast, 80, 10, 10],
  ['ProxyMemory', 'MemoryUtilization', 'Average', atLeast, 80, 10, 10],
  ['CopiesDiffer', 'CopiesDiffering', 'Maximum', above, 0, 3, 10],
  ['ProxyZoneUnknown', 'ProxyZoneUnknown', 'Sum', atLeast, 1, 1, 1],
])('%s watches %s each minute', (name, metric, statistic, operator, threshold, minutes, within) => {
  expect(alarm(made, name)).toMatchObject({
    MetricName: metric,
    Statistic: statistic,
    Period: 60,
    ComparisonOperator: operator,
    Threshold: threshold,
    DatapointsToAlarm: minutes,
    EvaluationPeriods: within,
  });
});

test('what missing data means is said of each: a silence that is a fault breaches, and one that is none does not', () => {
  const breaching = Object.entries(alarms(made))
    .filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching')
    .map(([name]) => name.replace(/^Zone[A-C]/, 'ZoneX'));
  expect([...new Set(breaching)].sort()).toEqual([
    'HealthyTargetsBelowQuorum',
    'NoHealthyTarget',
    'ProbeSilent',
    'ZoneXNodeLost',
    'ZoneXNodeLost2',
    'ZoneXWithoutHealthyTarget',
  ]);
  for (const { TreatMissingData } of Object.values(alarms(made))) {
    expect(['breaching', 'notBreaching']).toContain(TreatMissingData);
  }
});

test('the alarms of a zone watch that zone', () => {
  expect(dimensionsOf(alarm(made, 'ZoneCDown'))).toContain('Zone=c');
  expect(dimensionsOf(alarm(made, 'ZoneCNodeUnreachable'))).toContain('Zone=c');
  expect(dimensionsOf(alarm(made, 'ZoneCWithoutHealthyTarget'))).toContain('AvailabilityZone=eu-west-1c');
});

describe('where each zone of the load balancer counts its own targets', () => {
  const zonal = new SynthesizedCluster({
    clientAffinity: ClientAffinity.ZONE,
    routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }),
  });

  test.each([
    ['NoHealthyTarget', 'HealthyHostCount', 1],
    ['HealthyTargetsBelowQuorum', 'HealthyHostCount', 4],
    ['UnhealthyTargets', 'UnHealthyHostCount', 1],
  ])('%s watches their sum', (name, metric, threshold) => {
    const { Metrics, Threshold } = alarm(zonal, name);
    expect(Threshold).toBe(threshold);
    const [{ Expression }, ...counts] = Metrics;
    expect(Expression).toBe('FILL(a, 0) + FILL(b, 0) + FILL(c, 0)');
    expect(counts.map(({ MetricStat }: any) => MetricStat.Metric.MetricName)).toEqual([metric, metric, metric]);
    const zones = counts.map(({ MetricStat }: any) => dimensionsOf(MetricStat.Metric));
    for (const [i, letter] of ['a', 'b', 'c'].entries())
      expect(zones[i]).toContain(`AvailabilityZone=eu-west-1${letter}`);
  });

  test('a zone without a healthy target is told sooner, and its clients are not served', () => {
    const { DatapointsToAlarm, AlarmDescription } = alarm(zonal, 'ZoneBWithoutHealthyTarget');
    expect(DatapointsToAlarm).toBe(2);
    expect(textOf(AlarmDescription)).toContain('its clients are not served until DNS sends them to other zones');
  });
});

test('the alarms of the probe’s metrics watch this cluster', () => {
  const name = textOf(made.resolve(made.cluster.clusterName));
  for (const properties of Object.values(alarms(made))) {
    if (properties.Namespace === 'CdkMemcached') expect(dimensionsOf(properties)).toContain(`Cluster=${name}`);
  }
});

test('a falling hit ratio is told by the band that CloudWatch has learned', () => {
  const { ThresholdMetricId, ComparisonOperator, Metrics } = alarm(made, 'HitRatioFalling');
  const { Expression } = Metrics.find(({ Id }: { Id: string }) => Id === ThresholdMetricId);
  expect(Expression).toMatch(/^ANOMALY_DETECTION_BAND\(\w+, 3\)$/);
  expect(ComparisonOperator).toBe('LessThanLowerThreshold');
});

test('a proxy that does not know its zone is counted by what it writes into the log', () => {
  const { FilterPattern, MetricTransformations } = made.only('AWS::Logs::MetricFilter').Properties;
  const name = textOf(made.resolve(made.cluster.clusterName));
  expect(textOf(FilterPattern)).toBe(`{ ($.message = "zone unknown*") && ($.cluster = "${name}") }`);
  expect(MetricTransformations).toMatchObject([{ MetricName: 'ProxyZoneUnknown', MetricValue: '1' }]);
  expect(dimensionsOf(alarm(made, 'ProxyZoneUnknown'))).toEqual([`Cluster=${name}`]);
  const [container] = partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;
  expect(textOf(container.Command[0])).toContain(`{\\"cluster\\":\\"${name}\\"`);
});

test.each<[string, Partial<MemcachedClusterProps>, threshold: number, knowsZone: boolean]>([
  ['memcached’s proxy, replicated', {}, 0.25, true],
  ['memcached’s proxy, sharded', { topology: CacheTopology.sharded() }, 0.5, false],
  ['mcrouter, replicated', { routing: Routing.mcrouter({ image: ContainerImage.fromRegistry('m') }) }, 0.25, true],
  ['any node', { routing: Routing.haproxy() }, 0.167, false],
  ['one active node', { routing: Routing.haproxy({ standby: true }) }, 0.5, false],
  ['any node by connection', { routing: Routing.networkLoadBalancer() }, 0.167, false],
  ['clients that hash', { routing: Routing.clientSide(), topology: CacheTopology.sharded() }, 0.5, false],
])('a low hit ratio is what nodes have when clients find half: %s', (_, props, threshold, knowsZone) => {
  const cluster = new SynthesizedCluster(props);
  expect(alarm(cluster, 'HitRatioLow').Threshold).toBe(threshold);
  expect('ProxyZoneUnknown' in alarms(cluster)).toBe(knowsZone);
});

test('what only tells clients the nodes is no outage when it is lost', () => {
  const routing = Routing.clientSide({ autoDiscovery: true });
  const discovered = new SynthesizedCluster({ routing, topology: CacheTopology.sharded() });
  expect(childrenOf(discovered, 'CacheDown')).toEqual(['NoNodeReachable']);
  expect(childrenOf(discovered, 'CacheDegraded')).toContain('NoHealthyTarget');
  expect(alarm(discovered, 'NoHealthyTarget').AlarmDescription).toContain('configuration endpoint');
});

test('two stacks that are made alike have no alarm’s name in common', () => {
  const names = ['Dev', 'Prod'].map((stackName) => {
    const stack = new Stack(new App(), 'Stack', { stackName, env: { account: ACCOUNT, region: REGION } });
    const twin = new SynthesizedCluster({ vpc: new Vpc(stack, 'Vpc') }, stack);
    return Object.values(alarms(twin, COMPOSITE)).map(({ AlarmName }) =>
      textOf(AlarmName).replace('${AWS::StackName}', stackName),
    );
  });
  expect(names[0]).toEqual([expect.stringMatching(/^Dev-.*-CacheDown$/), expect.stringMatching(/-CacheDegraded$/)]);
  expect(names[0].filter((name) => names[1].includes(name))).toEqual([]);
});

describe.each([
  ['ec2', MemcachedNodes.ec2({ nodesPerZone: 12 }), 'GroupInServiceInstances'],
  ['fargate', MemcachedNodes.fargate({ nodesPerZone: 12 }), 'CPUUtilization'],
])('with nodes on %s', (_, nodes, nodeMetric) => {
  const onCompute = new SynthesizedCluster({ nodes });

  test('a lost node: ten nodes an alarm, and a node that tells nothing counts as lost', () => {
    for (const zone of ['A', 'B', 'C']) {
      const [ten, two] = [alarm(onCompute, `Zone${zone}NodeLost`), alarm(onCompute, `Zone${zone}NodeLost2`)];
      expect([ten.Threshold, two.Threshold]).toEqual([10, 2]);
      for (const { Metrics, ComparisonOperator, Threshold, DatapointsToAlarm, EvaluationPeriods } of [ten, two]) {
        expect(ComparisonOperator).toBe(below);
        expect([DatapointsToAlarm, EvaluationPeriods]).toEqual([5, 10]);
        const watched = Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat);
        expect(watched).toHaveLength(Threshold);
        for (const { Id, MetricStat } of watched) {
          expect(MetricStat.Period).toBe(60);
          expect(MetricStat.Metric.MetricName).toBe(nodeMetric);
          const { Expression } = Metrics.find((metric: { Expression?: string }) => metric.Expression);
          // Two tasks of one node, while it is deployed, do not make up for a lost one.
          expect(Expression).toContain(`IF(FILL(${Id}, 0) > 0, 1, 0)`);
        }
      }
    }
  });

  test('growing leaves the alarms of full groups alone', () => {
    const before = alarm(new SynthesizedCluster({ nodes: MemcachedNodes.ec2({ nodesPerZone: 10 }) }), 'ZoneANodeLost');
    const after = alarm(new SynthesizedCluster({ nodes: MemcachedNodes.ec2({ nodesPerZone: 11 }) }), 'ZoneANodeLost');
    expect(after).toEqual(before);
  });
});

test('node metrics are published, and count tasks on Fargate', () => {
  new SynthesizedCluster().template.allResourcesProperties('AWS::AutoScaling::AutoScalingGroup', {
    MetricsCollection: [{ Granularity: '1Minute', Metrics: ['GroupInServiceInstances'] }],
  });
  const fargate = alarm(new SynthesizedCluster({ nodes: MemcachedNodes.fargate() }), 'ZoneANodeLost');
  const { MetricStat } = fargate.Metrics.find((metric: any) => metric.MetricStat);
  expect(MetricStat.Stat).toBe('SampleCount');
});

test.each([true, false])('no alarm exists before the cluster answers for the first time (probe: %s)', (probe) => {
  const cluster = new SynthesizedCluster({ probe });
  const [service] = Object.keys(cluster.resources('AWS::ECS::Service'));
  const answering = [service, expect.stringMatching(/ZoneCGate/)];
  const schedules = Object.entries(cluster.resources('AWS::Scheduler::Schedule'));
  for (const [, { DependsOn }] of schedules) expect(DependsOn).toEqual(expect.arrayContaining(answering));
  const awaited = probe ? schedules.map(([id]) => id) : answering;
  for (const { DependsOn } of Object.values(cluster.resources(METRIC_ALARM))) {
    expect(DependsOn).toEqual(expect.arrayContaining(awaited));
  }
});

describe('one page, not thirty', () => {
  test('the cache is down when the canary says so, and degraded by everything else', () => {
    expect(ruleOf(made, 'CacheDown')).toBe('CanaryFailing OR (ProbeSilent AND NoHealthyTarget)');
    // What a learned band says wakes nobody.
    const others = Object.keys(alarms(made)).filter((name) => !['CanaryFailing', 'HitRatioFalling'].includes(name));
    expect(childrenOf(made, 'CacheDegraded').sort()).toEqual(others.sort());
  });

  test.each<[string, Partial<MemcachedClusterProps>, string]>([
    ['without a probe', { probe: false }, 'NoHealthyTarget'],
    ['without the canary’s alarm', off('canaryFailing'), 'NoNodeReachable OR NoHealthyTarget'],
    ['without the alarm on a silent probe', off('probeSilent'), 'CanaryFailing'],
    ['without an endpoint', { routing: Routing.clientSide(), topology: CacheTopology.sharded() }, 'NoNodeReachable'],
  ])('%s the cache is down by what is left', (_, props, rule) => {
    expect(ruleOf(new SynthesizedCluster(props), 'CacheDown')).toBe(rule);
  });

  test('an outage that the canary tells last is one page', () => {
    const { CacheDegraded } = alarms(made, COMPOSITE);
    const minutes = ({ EvaluationPeriods }: Resource['Properties']): number => EvaluationPeriods;
    const later = minutes(alarm(made, 'CanaryFailing')) - minutes(alarm(made, 'NoHealthyTarget'));
    expect(CacheDegraded.ActionsSuppressorWaitPeriod).toBeGreaterThan(later * 60);
  });

  test('a cache that is down does not page for being degraded too', () => {
    const [[down]] = Object.entries(made.resources(COMPOSITE)).filter(([id]) => id.includes('CacheDown'));
    expect(textOf(alarms(made, COMPOSITE).CacheDegraded.ActionsSuppressor)).toBe(`\${${down}.Arn}`);
    expect(alarms(made, COMPOSITE).CacheDown.ActionsSuppressor).toBeUndefined();
  });

  test('actions go to the composite alarms only', () => {
    const cluster = new SynthesizedCluster();
    cluster.cluster.addAlarmAction(new SnsAction(new sns.Topic(cluster.stack, 'Topic')));
    cluster.template.allResourcesProperties(COMPOSITE, { AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }] });
    for (const { AlarmActions } of Object.values(alarms(cluster))) expect(AlarmActions).toBeUndefined();
  });

  test('the alarms behind them take actions of their own', () => {
    const cluster = new SynthesizedCluster();
    const action = new SnsAction(new sns.Topic(cluster.stack, 'Topic'));
    cluster.cluster.alarms.forEach((each) => each.addAlarmAction(action));
    cluster.template.allResourcesProperties(METRIC_ALARM, {
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
    });
  });

  test('even a hundred nodes stay within what a composite alarm takes', () => {
    const hundred = new SynthesizedCluster({ nodes: MemcachedNodes.fargate({ nodesPerZone: 34 }) });
    expect(childrenOf(hundred, 'CacheDegraded').length).toBeLessThanOrEqual(100);
    // Each reference becomes an ARN with a name that CloudFormation makes of the stack's and the alarm's.
    const rule = textOf(alarms(hundred, COMPOSITE).CacheDegraded.AlarmRule).replace(/\$\{.*?\}/g, 'x'.repeat(190));
    expect(rule.length).toBeLessThan(10_240);
  });
});

describe('there are only alarms for what there is', () => {
  const names = (props: Partial<MemcachedClusterProps>): string[] => Object.keys(alarms(new SynthesizedCluster(props)));

  test('without the probe', () => {
    expect(names({ probe: false }).sort()).toEqual(
      names({})
        .filter(
          (name) =>
            !/reach|Down|Canary|Silent|Hit|Evict|MemoryFull|Connections|Listen|Missing|Copies|Debts/i.test(name),
        )
        .sort(),
    );
  });

  test('without an endpoint', () => {
    const found = names({ routing: Routing.clientSide(), topology: CacheTopology.sharded() });
    expect(found).toContain('NoNodeReachable');
    expect(found.join()).not.toMatch(/Canary|Target|Prox|Port|Routing|Reset/);
  });

  test('without proxies', () => {
    const found = names({ routing: Routing.networkLoadBalancer() });
    expect(found).toContain('CanaryFailing');
    expect(found.join()).not.toMatch(/Prox/);
  });

  test('with more proxies than the probe is sure to find', () => {
    expect(names({ routing: Routing.memcachedProxy({ minProxiesPerZone: 3 }) })).not.toContain('ProxiesMissing');
  });

  test('with metrics of the cluster only', () => {
    const found = names({ metricDetail: CacheMetricDetail.CLUSTER });
    expect(found).toContain('NodeUnreachable');
    expect(found.join()).not.toMatch(/Zone.(NodeUnreachable|Down)/);
  });
});

test('every alarm says in its description what is wrong', () => {
  for (const type of [METRIC_ALARM, COMPOSITE]) {
    for (const { AlarmDescription } of Object.values(alarms(made, type)))
      expect(AlarmDescription).toContain('memcached');
  }
});
