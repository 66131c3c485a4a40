import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM, zoneAlarmId } from '../../contract/alarm-ids';
import { connectionsNearLimit, connectionsRejected } from './connection-alarms';
import { percent, SHARE, type AlarmSpecification } from './specification';
import { CacheMetricDetail } from '../../contract/metric-detail';
import { EACH_MINUTE, type MetricFactory } from '../../metrics/factory';
import { keepsCopies, type ClusterFacts, type ZoneFacts } from '../../metrics/facts';
import { ReadRouting } from '../../metrics/read-routing';

// A silent probe says nothing about the cache, and has an alarm of its own. While nothing is read there is no hit ratio.
const { NOT_BREACHING, BREACHING } = cloudwatch.TreatMissingData;

/** The most addresses in one answer of Route 53: of more proxies the probe may not find all. */
const MOST_PROXIES = 8;

/** The alarms on the metrics of the probe. */
export function probeAlarms(factory: MetricFactory, facts: ClusterFacts): AlarmSpecification[] {
  return [...reachability(factory, facts), ...capacity(factory, facts)];
}

function reachability(factory: MetricFactory, facts: ClusterFacts): AlarmSpecification[] {
  const { zones, detail, hasEndpoint, proxies } = facts;
  const reachable = (zone?: string): cloudwatch.IMetric => factory.probed('Reachable', { zone }, EACH_MINUTE);
  const unreachable = (id: string, where: string, zone?: string): AlarmSpecification => ({
    id,
    option: 'nodeUnreachable',
    metric: reachable(zone),
    description: () => `A memcached node${where} does not answer; the log of the probe says which, and why`,
    comparison: 'below',
    threshold: 1,
    range: SHARE,
    minutes: 5,
    withinMinutes: 10,
    missing: NOT_BREACHING,
    severity: 'degraded',
  });
  const ofZone = ({ label }: ZoneFacts): AlarmSpecification[] => [
    unreachable(zoneAlarmId(label, 'NodeUnreachable'), ` of zone ${label}`, label),
    {
      id: zoneAlarmId(label, 'Down'),
      option: 'zoneDown',
      metric: reachable(label),
      description: () => `No memcached node of zone ${label} answers`,
      comparison: 'atMost',
      threshold: 0,
      range: SHARE,
      minutes: 5,
      withinMinutes: 10,
      missing: NOT_BREACHING,
      severity: 'degraded',
    },
  ];
  const minProxies = proxies?.minCount ?? Infinity;
  return [
    ...(detail === CacheMetricDetail.CLUSTER ? [unreachable(ALARM.nodeUnreachable, '')] : zones.flatMap(ofZone)),
    {
      id: ALARM.noNodeReachable,
      option: 'noNodeReachable',
      metric: reachable(),
      description: () => 'No memcached node answers',
      comparison: 'atMost',
      threshold: 0,
      range: SHARE,
      minutes: 2,
      missing: NOT_BREACHING,
      severity: 'down',
    },
    {
      id: ALARM.probeSilent,
      option: 'probeSilent',
      metric: factory.probed('Reachable', {}, { ...EACH_MINUTE, statistic: cloudwatch.Stats.SAMPLE_COUNT }),
      description: () => 'The probe of the memcached cluster publishes nothing: its other alarms are blind',
      comparison: 'below',
      threshold: 1,
      range: SHARE,
      minutes: 5,
      missing: BREACHING,
      severity: 'degraded',
    },
    ...(hasEndpoint ? [canary(factory)] : []),
    ...(minProxies > MOST_PROXIES ? [] : [proxiesMissing(factory, minProxies)]),
    ...(keepsCopies(facts) ? [copiesDiffer(factory)] : []),
    ...(proxies?.countDebts ? [debtsStayOwed(factory, factory.probed('DebtsOwed', {}))] : []),
  ];
}

function canary(factory: MetricFactory): AlarmSpecification {
  return {
    id: ALARM.canaryFailing,
    option: 'canaryFailing',
    metric: factory.probed('CanarySuccess', {}, EACH_MINUTE),
    description: () =>
      'A value cannot be stored and read through the memcached endpoint; the log of the probe says why',
    comparison: 'below',
    threshold: 1,
    range: SHARE,
    minutes: 3,
    missing: NOT_BREACHING,
    severity: 'down',
    named: true,
  };
}

function proxiesMissing(factory: MetricFactory, minProxies: number): AlarmSpecification {
  return {
    id: ALARM.proxiesMissing,
    option: 'proxiesMissing',
    metric: factory.probed('ReachableProxies', {}, EACH_MINUTE),
    description: (threshold) =>
      `Fewer than ${threshold} memcached proxies answer, and nothing has replaced those that are lost`,
    comparison: 'below',
    threshold: minProxies,
    range: { lowest: 0, highest: minProxies },
    minutes: 5,
    withinMinutes: 10,
    missing: NOT_BREACHING,
    severity: 'degraded',
  };
}

function copiesDiffer(factory: MetricFactory): AlarmSpecification {
  return {
    id: ALARM.copiesDiffer,
    option: 'copiesDiffer',
    metric: factory.probed('CopiesDiffering', {}, EACH_MINUTE),
    description: () => 'memcached zones hold different values under the same keys: clients may read old ones',
    comparison: 'above',
    threshold: 0,
    range: SHARE,
    minutes: 3,
    withinMinutes: 10,
    missing: NOT_BREACHING,
    severity: 'degraded',
  };
}

/** A node that does not answer is owed for as long as it is lost, and has an alarm of its own. */
export function debtsStayOwed(
  factory: MetricFactory,
  owed: cloudwatch.IMetric,
  proxies = 'memcached proxies',
): AlarmSpecification<'debtsStayOwed'> {
  return {
    id: ALARM.debtsStayOwed,
    option: 'debtsStayOwed',
    metric: new cloudwatch.MathExpression({
      // Of IF see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
      expression: 'IF(reachable < 1, 0, owed)',
      usingMetrics: { reachable: factory.probed('Reachable', {}), owed },
      label: 'Keys owed while every node answers',
      ...EACH_MINUTE,
    }),
    description: () =>
      `${proxies} still owe keys to a node although every node answers the probe: they cannot reach one`,
    comparison: 'above',
    threshold: 0,
    range: { lowest: 0 },
    minutes: 5,
    missing: NOT_BREACHING,
    severity: 'degraded',
  };
}

function capacity(factory: MetricFactory, facts: ClusterFacts): AlarmSpecification[] {
  const common = { missing: NOT_BREACHING, severity: 'degraded' } as const;
  const metric = (name: string): cloudwatch.IMetric => factory.probed(name, {}, EACH_MINUTE);
  return [
    {
      ...common,
      id: ALARM.hitRatioLow,
      option: 'hitRatioLow',
      metric: metric('HitRatio'),
      description: (threshold) =>
        `Fewer than ${percent(threshold)} of the reads of the memcached nodes find a value: clients find half or less`,
      comparison: 'below',
      threshold: lowHitRatio(facts),
      range: SHARE,
      minutes: 15,
    },
    {
      ...common,
      id: ALARM.hitRatioFalling,
      option: 'hitRatioFalling',
      metric: metric('HitRatio'),
      description: () => 'The hit ratio of the memcached cluster is lower than it has been at this time of day',
      comparison: 'belowBand',
      threshold: 3,
      range: { lowest: 0 },
      minutes: 15,
      // A ratio that hardly ever moves has a narrow band, and a tenth of a percent leaves it.
      severity: 'notice',
    },
    {
      ...common,
      id: ALARM.evictions,
      option: 'evictions',
      metric: metric('Evictions'),
      description: (threshold) => `memcached nodes push out ${threshold} items a second or more before they expire`,
      comparison: 'atLeast',
      threshold: 10,
      range: { lowest: 0 },
      minutes: 15,
    },
    {
      ...common,
      id: ALARM.memoryFull,
      option: 'memoryFull',
      metric: metric('BytesUsedRatio'),
      description: (threshold) => `Items use ${percent(threshold)} or more of the memory of a memcached node`,
      comparison: 'atLeast',
      threshold: 0.9,
      range: SHARE,
      minutes: 15,
    },
    connectionsNearLimit(metric('ConnectionsRatio'), 'A memcached node'),
    connectionsRejected(metric('Rejected'), 'A memcached node', ': raise maxConnections'),
    {
      ...common,
      id: ALARM.listenDisabled,
      option: 'listenDisabled',
      metric: metric('ListenDisabled'),
      description: () =>
        'A memcached node had all the connections that it may have, and others waited: raise maxConnections',
      comparison: 'above',
      threshold: 0,
      range: { lowest: 0 },
      minutes: 3,
      withinMinutes: 10,
    },
  ];
}

/** The hit ratio of the nodes when clients find half of what they read: each other read is a miss of every node asked. */
function lowHitRatio({ reads, zones, nodes }: ClusterFacts): number {
  const half: Record<ReadRouting, number> = {
    [ReadRouting.KEY]: 1 / 2,
    [ReadRouting.ZONES]: 1 / (1 + zones.length),
    [ReadRouting.ANY]: 1 / (2 * nodes.length),
  };
  return Math.round(half[reads] * 1000) / 1000;
}
