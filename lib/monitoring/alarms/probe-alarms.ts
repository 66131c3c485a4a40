import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { CacheZone } from '../../context/topology';
import type { AlarmSpecification } from './specification';
import { MetricDetail } from '../../metrics/detail';
import { EACH_MINUTE, type MetricFactory } from '../../metrics/factory';

/** What the probe tells of. */
export interface ProbeAlarmTargets {
  readonly metrics: MetricFactory;
  readonly zones: CacheZone[];
  readonly detail: MetricDetail;
  readonly hasEndpoint: boolean;
  /** The fewest proxies; none where nothing stands between clients and nodes. */
  readonly minProxies?: number;
  /** The hit ratio of the nodes when clients find half of what they read. */
  readonly lowHitRatio: number;
}

// A probe that is silent tells nothing of the cache: its silence has an alarm of its own. And while nothing is read there
// is no hit ratio.
const { NOT_BREACHING, BREACHING } = cloudwatch.TreatMissingData;

/** A name of more addresses is answered with so many of them at a time: the probe may not find them all. */
const MOST_PROXIES = 8;

const SHARE = { lowest: 0, highest: 1 };

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

/** The alarms on the metrics of the probe. */
export function probeAlarms(targets: ProbeAlarmTargets): AlarmSpecification[] {
  return [...reachability(targets), ...capacity(targets)];
}

function reachability({ metrics, zones, detail, hasEndpoint, minProxies }: ProbeAlarmTargets): AlarmSpecification[] {
  const reachable = (zone?: string): cloudwatch.IMetric => metrics.probed('Reachable', { zone }, EACH_MINUTE);
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
  const ofZone = ({ label }: CacheZone): AlarmSpecification[] => [
    unreachable(`Zone${label.toUpperCase()}NodeUnreachable`, ` of zone ${label}`, label),
    {
      id: `Zone${label.toUpperCase()}Down`,
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
  return [
    ...(detail === MetricDetail.CLUSTER ? [unreachable('NodeUnreachable', '')] : zones.flatMap(ofZone)),
    {
      id: 'NoNodeReachable',
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
      id: 'ProbeSilent',
      option: 'probeSilent',
      metric: metrics.probed('Reachable', {}, { ...EACH_MINUTE, statistic: cloudwatch.Stats.SAMPLE_COUNT }),
      description: () => 'The probe of the memcached cluster publishes nothing: its other alarms are blind',
      comparison: 'below',
      threshold: 1,
      range: SHARE,
      minutes: 5,
      missing: BREACHING,
      severity: 'degraded',
    },
    ...(hasEndpoint ? [canary(metrics)] : []),
    ...(minProxies === undefined || minProxies > MOST_PROXIES ? [] : [proxiesMissing(metrics, minProxies)]),
  ];
}

function canary(metrics: MetricFactory): AlarmSpecification {
  return {
    id: 'CanaryFailing',
    option: 'canaryFailing',
    metric: metrics.probed('CanarySuccess', {}, EACH_MINUTE),
    description: () =>
      'A value cannot be stored and read through the memcached endpoint; the log of the probe says why',
    comparison: 'below',
    threshold: 1,
    range: SHARE,
    minutes: 3,
    missing: NOT_BREACHING,
    severity: 'down',
  };
}

function proxiesMissing(metrics: MetricFactory, minProxies: number): AlarmSpecification {
  return {
    id: 'ProxiesMissing',
    option: 'proxiesMissing',
    metric: metrics.probed('ReachableProxies', {}, EACH_MINUTE),
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

function capacity({ metrics, lowHitRatio }: ProbeAlarmTargets): AlarmSpecification[] {
  const common = { missing: NOT_BREACHING, severity: 'degraded' } as const;
  const metric = (name: string): cloudwatch.IMetric => metrics.probed(name, {}, EACH_MINUTE);
  return [
    {
      ...common,
      id: 'HitRatioLow',
      option: 'hitRatioLow',
      metric: metric('HitRatio'),
      description: (threshold) =>
        `Fewer than ${percent(threshold)} of the reads of the memcached nodes find a value: clients find half or less`,
      comparison: 'below',
      threshold: lowHitRatio,
      range: SHARE,
      minutes: 15,
    },
    {
      ...common,
      id: 'HitRatioFalling',
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
      id: 'Evictions',
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
      id: 'MemoryFull',
      option: 'memoryFull',
      metric: metric('BytesUsedRatio'),
      description: (threshold) => `Items use ${percent(threshold)} or more of the memory of a memcached node`,
      comparison: 'atLeast',
      threshold: 0.9,
      range: SHARE,
      minutes: 15,
    },
    {
      ...common,
      id: 'ConnectionsNearLimit',
      option: 'connectionsNearLimit',
      metric: metric('ConnectionsRatio'),
      description: (threshold) =>
        `A memcached node has ${percent(threshold)} or more of the connections that it may have`,
      comparison: 'atLeast',
      threshold: 0.8,
      range: SHARE,
      minutes: 5,
    },
    {
      ...common,
      id: 'ConnectionsRejected',
      option: 'connectionsRejected',
      metric: metric('Rejected'),
      description: () =>
        'A memcached node had all the connections that it may have, and refused others: raise maxConnections',
      comparison: 'above',
      threshold: 0,
      range: { lowest: 0 },
      minutes: 3,
      withinMinutes: 10,
    },
    {
      ...common,
      id: 'ListenDisabled',
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
