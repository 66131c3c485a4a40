import { Match } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { MemcachedNodes, Routing } from '../../lib';
import { SynthesizedCluster, type Resource } from '../synth';

function alarm(made: SynthesizedCluster, id: string): Resource['Properties'] {
  const found = Object.entries(made.resources('AWS::CloudWatch::Alarm')).filter(([logicalId]) =>
    new RegExp(`^CacheAlarms${id}[0-9A-F]{8}$`).test(logicalId),
  );
  expect(found).toHaveLength(1);
  return found[0][1].Properties;
}

describe.each([
  ['ec2', MemcachedNodes.ec2({ nodesPerZone: 12 }), 'GroupInServiceInstances'],
  ['fargate', MemcachedNodes.fargate({ nodesPerZone: 12 }), 'CPUUtilization'],
])('with nodes on %s', (_, nodes, nodeMetric) => {
  const made = new SynthesizedCluster({ nodes, routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }) });

  test('targets below the majority of the fewest', () => {
    expect(alarm(made, 'HealthyTargetsBelowQuorum')).toMatchObject({
      MetricName: 'HealthyHostCount',
      Statistic: 'Minimum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 4,
      TreatMissingData: 'breaching',
    });
  });

  test('an unhealthy target', () => {
    expect(alarm(made, 'UnhealthyTargets')).toMatchObject({
      MetricName: 'UnHealthyHostCount',
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test.each(['A', 'B', 'C'])('zone %s without a healthy proxy', (zone) => {
    const properties = alarm(made, `Zone${zone}WithoutHealthyTarget`);
    expect(properties).toMatchObject({
      MetricName: 'HealthyHostCount',
      Statistic: 'Minimum',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
    expect(properties.Dimensions).toContainEqual({ Name: 'AvailabilityZone', Value: `eu-west-1${zone.toLowerCase()}` });
  });

  test('the proxies’ CPU', () => {
    expect(alarm(made, 'ProxyCpu')).toMatchObject({
      MetricName: 'CPUUtilization',
      Threshold: 80,
      Statistic: 'Average',
    });
  });

  test('a lost node: ten nodes an alarm, and a node that tells nothing counts as lost', () => {
    for (const zone of ['A', 'B', 'C']) {
      const [ten, two] = [alarm(made, `Zone${zone}NodeLost`), alarm(made, `Zone${zone}NodeLost2`)];
      expect([ten.Threshold, two.Threshold]).toEqual([10, 2]);
      for (const { Metrics, ComparisonOperator, Threshold } of [ten, two]) {
        expect(ComparisonOperator).toBe('LessThanThreshold');
        const watched = Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat);
        expect(watched).toHaveLength(Threshold);
        for (const { Id, MetricStat } of watched) {
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

test.each([
  ['HealthyTargetsBelowQuorum', 2, 2],
  ['UnhealthyTargets', 5, 5],
  ['ZoneBWithoutHealthyTarget', 3, 3],
  ['ProxyCpu', 10, 10],
  ['ZoneBNodeLost', 5, 10],
])('%s fires after %i of %i minutes', (id, minutes, within) => {
  const { Period, Metrics, DatapointsToAlarm, EvaluationPeriods } = alarm(new SynthesizedCluster(), id);
  const periods = Metrics
    ? Metrics.flatMap(({ MetricStat }: any) => (MetricStat ? [MetricStat.Period] : []))
    : [Period];
  expect(new Set(periods)).toEqual(new Set([60]));
  expect([DatapointsToAlarm, EvaluationPeriods]).toEqual([minutes, within]);
});

test('node metrics are published, and count tasks on Fargate', () => {
  const ec2 = new SynthesizedCluster();
  ec2.template.allResourcesProperties('AWS::AutoScaling::AutoScalingGroup', {
    MetricsCollection: [{ Granularity: '1Minute', Metrics: ['GroupInServiceInstances'] }],
  });
  const fargate = alarm(new SynthesizedCluster({ nodes: MemcachedNodes.fargate() }), 'ZoneANodeLost');
  const { MetricStat } = fargate.Metrics.find((metric: any) => metric.MetricStat);
  expect(MetricStat.Stat).toBe('SampleCount');
});

test('no alarm exists before the cluster answers for the first time', () => {
  const made = new SynthesizedCluster();
  const [service] = Object.keys(made.resources('AWS::ECS::Service'));
  for (const { DependsOn } of Object.values(made.resources('AWS::CloudWatch::Alarm'))) {
    expect(DependsOn).toEqual(expect.arrayContaining([service, expect.stringMatching(/ZoneCGate/)]));
  }
});

test('actions go to every alarm', () => {
  const made = new SynthesizedCluster();
  made.cluster.addAlarmAction(new SnsAction(new sns.Topic(made.stack, 'Topic')));
  expect(made.cluster.alarms.length).toBeGreaterThan(0);
  made.template.allResourcesProperties('AWS::CloudWatch::Alarm', {
    AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
  });
});

test('thresholds are the user’s', () => {
  const made = new SynthesizedCluster({ alarms: { minHealthyTargets: 3, proxyCpuUtilizationPercent: 60 } });
  expect(alarm(made, 'HealthyTargetsBelowQuorum').Threshold).toBe(3);
  expect(alarm(made, 'ProxyCpu').Threshold).toBe(60);
});

test('every alarm says in its description what is wrong', () => {
  const made = new SynthesizedCluster();
  for (const one of made.cluster.alarms) {
    expect(one).toBeInstanceOf(cloudwatch.Alarm);
  }
  made.template.allResourcesProperties('AWS::CloudWatch::Alarm', {
    AlarmDescription: Match.stringLikeRegexp('memcached'),
  });
});
