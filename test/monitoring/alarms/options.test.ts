import { Duration, Lazy } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { CacheTls, type CacheAlarmsOptions } from '../../../lib';
import { regionalStack, SynthesizedCluster } from '../../synth';
import { alarm, alarms, COMPOSITE } from '../synthesized-alarms';

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

  const OPTIONS: [keyof CacheAlarmsOptions, RegExp][] = [
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
    ['connectionsRejected', /^ConnectionsRejected$/],
    ['healthyTargetsBelowQuorum', /^HealthyTargetsBelowQuorum$/],
    ['unhealthyTargets', /^UnhealthyTargets$/],
    ['zoneWithoutHealthyTarget', /^Zone.WithoutHealthyTarget$/],
    ['targetResets', /^TargetResets$/],
    ['loadBalancerResets', /^LoadBalancerResets$/],
    ['portAllocationErrors', /^PortAllocationErrors$/],
    ['unhealthyRouting', /^UnhealthyRouting$/],
    ['proxyCpu', /^ProxyCpu$/],
    ['proxyMemory', /^ProxyMemory$/],
    ['copiesDiffer', /^CopiesDiffer$/],
    ['debtsStayOwed', /^DebtsStayOwed$/],
    ['proxyZoneUnknown', /^ProxyZoneUnknown$/],
    ['certificateRefused', /^CertificateRefused$/],
  ];

  /** One that has all of them. */
  function withCertificate(chosen?: CacheAlarmsOptions): SynthesizedCluster {
    const stack = regionalStack();
    const certificate = new secretsmanager.Secret(stack, 'Certificate');
    const tls = CacheTls.proxy({ hostname: 'cache.example.com', certificate });
    return new SynthesizedCluster({ tls, alarms: chosen }, stack);
  }

  /** Of the alarms that a template will have, without its synthesis. */
  const alarmIds = ({ stack }: SynthesizedCluster): string[] =>
    stack.node.findAll().flatMap((each) => (each instanceof CfnAlarm ? [each.node.scope!.node.id] : []));

  test('every alarm can be switched off by itself', () => {
    const all = Object.keys(alarms(withCertificate()));
    for (const [option, pattern] of OPTIONS) {
      const left = alarmIds(withCertificate({ [option]: { enabled: false } }));
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

  test.each<[string, CacheAlarmsOptions, string]>([
    [
      'a share above 1',
      { hitRatioLow: { threshold: 90 } },
      'threshold of hitRatioLow is 90, expected a number above 0 and up to 1',
    ],
    ['a negative rate', { evictions: { threshold: -1 } }, 'threshold of evictions is -1, expected a number above 0:'],
    [
      'no number',
      { proxyCpu: { threshold: NaN } },
      'threshold of proxyCpu is NaN, expected a number above 0 and up to 100',
    ],
    [
      'more healthy targets than the fewest',
      { healthyTargetsBelowQuorum: { threshold: 4 } },
      'threshold of healthyTargetsBelowQuorum is 4, expected a number above 0 and up to 3',
    ],
    [
      'none of all, at which it always fires',
      { memoryFull: { threshold: 0 } },
      'threshold of memoryFull is 0, expected a number above 0',
    ],
    [
      'all, at which it always fires',
      { zoneDown: { threshold: 1 } },
      'threshold of zoneDown is 1, expected a number 0 or more and below 1',
    ],
    [
      'none, at which it never fires',
      { canaryFailing: { threshold: 0 } },
      'threshold of canaryFailing is 0, expected a number above 0',
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
