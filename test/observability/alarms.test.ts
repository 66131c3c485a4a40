import { Duration, Lazy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  CacheTopology,
  MemcachedNodes,
  MetricDetail,
  Routing,
  type CacheAlarmsProps,
  type MemcachedClusterProps,
} from '../../lib';
import { SynthesizedCluster, tagsOf, textOf, type Resource } from '../synth';

const METRIC_ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/** The alarms by their short names. */
function alarms(made: SynthesizedCluster, type = METRIC_ALARM): Record<string, Resource['Properties']> {
  return Object.fromEntries(
    Object.values(made.resources(type)).map((each) => [tagsOf(each)['cdk-memcached:alarm'], each.Properties]),
  );
}

function alarm(made: SynthesizedCluster, name: string): Resource['Properties'] {
  const found = alarms(made)[name];
  if (!found) throw new Error(`no alarm ${name}, but ${Object.keys(alarms(made)).join(', ')}`);
  return found;
}

const dimensionsOf = (properties: Resource['Properties']): string[] =>
  properties.Dimensions.map(({ Name, Value }: { Name: string; Value: unknown }) => `${Name}=${textOf(Value)}`);

const made = new SynthesizedCluster({
  nodes: MemcachedNodes.ec2({ nodesPerZone: 12 }),
  routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }),
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
  ['ZoneBDown', 'Reachable', 'Minimum', atMost, 0, 3, 3],
  ['ProxiesMissing', 'ReachableProxies', 'Minimum', below, 6, 5, 10],
  ['ProbeSilent', 'Reachable', 'SampleCount', below, 1, 5, 5],
  ['HitRatioLow', 'HitRatio', 'Average', below, 0.5, 15, 15],
  ['Evictions', 'Evictions', 'Average', atLeast, 10, 15, 15],
  ['MemoryFull', 'BytesUsedRatio', 'Maximum', atLeast, 0.9, 15, 15],
  ['ConnectionsNearLimit', 'ConnectionsRatio', 'Maximum', atLeast, 0.8, 5, 5],
  ['ListenDisabled', 'ListenDisabled', 'Maximum', above, 0, 3, 10],
  ['NoHealthyTarget', 'HealthyHostCount', 'Minimum', below, 1, 2, 2],
  ['HealthyTargetsBelowQuorum', 'HealthyHostCount', 'Minimum', below, 4, 2, 2],
  ['UnhealthyTargets', 'UnHealthyHostCount', 'Maximum', atLeast, 1, 5, 5],
  ['ZoneBWithoutHealthyTarget', 'HealthyHostCount', 'Minimum', below, 1, 3, 3],
  ['TargetResets', 'TCP_Target_Reset_Count', 'Sum', atLeast, 100, 5, 5],
  ['LoadBalancerResets', 'TCP_ELB_Reset_Count', 'Sum', atLeast, 100, 5, 5],
  ['PortAllocationErrors', 'PortAllocationErrorCount', 'Sum', atLeast, 1, 3, 5],
  ['UnhealthyRouting', 'UnhealthyRoutingFlowCount', 'Sum', atLeast, 1, 2, 2],
  ['ProxyCpu', 'CPUUtilization', 'Average', atLeast, 80, 10, 10],
  ['ProxyMemory', 'MemoryUtilization', 'Average', atLeast, 80, 10, 10],
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
  expect(made.only('AWS::Logs::MetricFilter').Properties).toMatchObject({
    FilterPattern: '{ $.message = "zone unknown*" }',
    MetricTransformations: [{ MetricName: 'ProxyZoneUnknown', MetricValue: '1' }],
  });
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
          expect(Expression).toContain(`FILL(${Id}, 0)`);
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

/** The short names of the alarms that a composite alarm refers to. */
function childrenOf(cluster: SynthesizedCluster, name: string): string[] {
  const byId = Object.fromEntries(
    Object.entries(cluster.resources(METRIC_ALARM)).map(([id, each]) => [id, tagsOf(each)['cdk-memcached:alarm']]),
  );
  const rule = textOf(alarms(cluster, COMPOSITE)[name].AlarmRule);
  expect(rule).not.toMatch(/ AND |NOT /);
  return [...rule.matchAll(/ALARM\("\$\{([^.}]+)\.Arn\}"\)/g)].map(([, id]) => byId[id]);
}

describe('one page, not thirty', () => {
  const DOWN = ['CanaryFailing', 'NoHealthyTarget', 'NoNodeReachable'];

  test('the cache is down when no client is served, and degraded by everything else', () => {
    expect(childrenOf(made, 'CacheDown').sort()).toEqual(DOWN);
    const others = Object.keys(alarms(made)).filter((name) => !DOWN.includes(name));
    expect(childrenOf(made, 'CacheDegraded').sort()).toEqual(others.sort());
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
        .filter((name) => !/reach|Down|Canary|Silent|Hit|Evict|MemoryFull|Connections|Listen|Missing/i.test(name))
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

  test('with metrics of the cluster only', () => {
    const found = names({ metricDetail: MetricDetail.CLUSTER });
    expect(found).toContain('NodeUnreachable');
    expect(found.join()).not.toMatch(/Zone.(NodeUnreachable|Down)/);
  });
});

describe('tuning', () => {
  test('thresholds and durations are the user’s', () => {
    const tuned = new SynthesizedCluster({
      alarms: {
        hitRatioLow: { threshold: 0.9, duration: Duration.minutes(5) },
        nodeUnreachable: { duration: Duration.minutes(15) },
        hitRatioFalling: { threshold: 2 },
        proxyCpu: { threshold: 60 },
      },
    });
    expect(alarm(tuned, 'HitRatioLow')).toMatchObject({ Threshold: 0.9, DatapointsToAlarm: 5, EvaluationPeriods: 5 });
    expect(alarm(tuned, 'HitRatioLow').AlarmDescription).toContain('90 %');
    expect(alarm(tuned, 'ZoneANodeUnreachable')).toMatchObject({ DatapointsToAlarm: 15, EvaluationPeriods: 30 });
    expect(JSON.stringify(alarm(tuned, 'HitRatioFalling').Metrics)).toMatch(/ANOMALY_DETECTION_BAND\(\w+, 2\)/);
    expect(alarm(tuned, 'ProxyCpu').Threshold).toBe(60);
  });

  const OPTIONS: [keyof CacheAlarmsProps, RegExp][] = [
    ['canaryFailing', /^CanaryFailing$/],
    ['noNodeReachable', /^NoNodeReachable$/],
    ['noHealthyTarget', /^NoHealthyTarget$/],
    ['nodeUnreachable', /^Zone.NodeUnreachable$/],
    ['zoneDown', /^Zone.Down$/],
    ['nodeLost', /^Zone.NodeLost\d?$/],
    ['proxiesMissing', /^ProxiesMissing$/],
    ['probeSilent', /^ProbeSilent$/],
    ['hitRatioLow', /^HitRatioLow$/],
    ['hitRatioFalling', /^HitRatioFalling$/],
    ['evictions', /^Evictions$/],
    ['memoryFull', /^MemoryFull$/],
    ['connectionsNearLimit', /^ConnectionsNearLimit$/],
    ['listenDisabled', /^ListenDisabled$/],
    ['healthyTargetsBelowQuorum', /^HealthyTargetsBelowQuorum$/],
    ['unhealthyTargets', /^UnhealthyTargets$/],
    ['zoneWithoutHealthyTarget', /^Zone.WithoutHealthyTarget$/],
    ['targetResets', /^TargetResets$/],
    ['loadBalancerResets', /^LoadBalancerResets$/],
    ['portAllocationErrors', /^PortAllocationErrors$/],
    ['unhealthyRouting', /^UnhealthyRouting$/],
    ['proxyCpu', /^ProxyCpu$/],
    ['proxyMemory', /^ProxyMemory$/],
    ['proxyZoneUnknown', /^ProxyZoneUnknown$/],
  ];

  test('every alarm can be switched off by itself', () => {
    const all = Object.keys(alarms(new SynthesizedCluster()));
    for (const [option, pattern] of OPTIONS) {
      const left = Object.keys(alarms(new SynthesizedCluster({ alarms: { [option]: { enabled: false } } })));
      expect(left.sort()).toEqual(all.filter((name) => !pattern.test(name)).sort());
      expect(left.length).toBeLessThan(all.length);
    }
    // And none is left out here.
    expect(all.filter((name) => !OPTIONS.some(([, pattern]) => pattern.test(name)))).toEqual([]);
  });

  test('with all of them off there is nothing to page for', () => {
    const off = Object.fromEntries(OPTIONS.map(([option]) => [option, { enabled: false }]));
    const none = new SynthesizedCluster({ alarms: off });
    none.cluster.addAlarmAction(new SnsAction(new sns.Topic(none.stack, 'Topic')));
    expect([none.cluster.downAlarm, none.cluster.degradedAlarm, none.cluster.alarms]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    none.template.resourceCountIs(COMPOSITE, 0);
  });

  test.each<[string, CacheAlarmsProps, string]>([
    [
      'a share above 1',
      { hitRatioLow: { threshold: 90 } },
      'threshold of hitRatioLow is 90, expected a number between 0 and 1',
    ],
    ['a negative rate', { evictions: { threshold: -1 } }, 'threshold of evictions is -1, expected a number 0 or more'],
    [
      'no number',
      { proxyCpu: { threshold: NaN } },
      'threshold of proxyCpu is NaN, expected a number between 1 and 100',
    ],
    [
      'more healthy targets than the fewest',
      { healthyTargetsBelowQuorum: { threshold: 4 } },
      'threshold of healthyTargetsBelowQuorum is 4, expected a number between 1 and 3',
    ],
    ['a threshold where there is none', { nodeLost: { threshold: 1 } }, 'threshold of nodeLost is 1, expected none'],
    [
      'a token',
      { evictions: { threshold: Lazy.number({ produce: () => 1 }) } },
      'threshold of evictions is a token, expected a number',
    ],
    [
      'seconds',
      { evictions: { duration: Duration.seconds(90) } },
      'duration of evictions in minutes is 1.5, expected a whole',
    ],
    [
      'no time',
      { evictions: { duration: Duration.minutes(0) } },
      'duration of evictions in minutes is 0, expected a whole',
    ],
    [
      'two days',
      { evictions: { duration: Duration.days(2) } },
      'between 1 and 1440: CloudWatch evaluates these alarms',
    ],
  ])('%s is refused', (_, props, message) => {
    expect(() => new SynthesizedCluster({ alarms: props })).toThrow(message);
  });
});

test('every alarm says in its description what is wrong', () => {
  for (const type of [METRIC_ALARM, COMPOSITE]) {
    for (const { AlarmDescription } of Object.values(alarms(made, type)))
      expect(AlarmDescription).toContain('memcached');
  }
});
