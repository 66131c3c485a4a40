import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { ClusterMetricName, NodeMetricName, SidecarMetricName } from '../contract/metric-names';
import { inputError } from '../errors';

/** What a metric of the probe is of: of the cluster as a whole when neither is given. */
export interface ProbedPart {
  /** The zone's letter. */
  readonly zone?: string;

  /** The node's name. */
  readonly node?: string;
}

const { AVERAGE, MINIMUM, MAXIMUM } = Stats;

/** Each is published once a minute: what matters of several minutes, or proxies, is the worst, or their mean. */
const NODE_STATISTICS: Record<NodeMetricName, string> = {
  HitRatio: AVERAGE,
  Gets: AVERAGE,
  Sets: AVERAGE,
  Evictions: AVERAGE,
  BytesUsedRatio: MAXIMUM,
  CurrItems: AVERAGE,
  Connections: AVERAGE,
  ConnectionsRatio: MAXIMUM,
  ListenDisabled: MAXIMUM,
  Rejected: MAXIMUM,
  Uptime: MINIMUM,
  Reachable: MINIMUM,
  ProbeLatency: MAXIMUM,
};

const CLUSTER_STATISTICS: Record<ClusterMetricName, string> = {
  CanarySuccess: MINIMUM,
  CanaryLatency: MAXIMUM,
  ReachableProxies: MINIMUM,
  BackendErrors: AVERAGE,
  Failovers: AVERAGE,
  MarkedBad: AVERAGE,
  DebtsOwed: MAXIMUM,
  DebtsPaid: AVERAGE,
  NodesEmptied: AVERAGE,
  WarmUps: AVERAGE,
  ClientHitRatio: AVERAGE,
  ClientErrors: MAXIMUM,
  ReadLatency: MAXIMUM,
  WriteLatency: MAXIMUM,
  CopiesDiffering: MAXIMUM,
  CopiesMissing: AVERAGE,
  ReadHitLatency: MAXIMUM,
  ReadMissLatency: MAXIMUM,
  ReadErrorLatency: MAXIMUM,
  WriteDoneLatency: MAXIMUM,
  WriteErrorLatency: MAXIMUM,
};

const ALL_STATISTICS = { ...NODE_STATISTICS, ...CLUSTER_STATISTICS };

/** The statistic of a metric that a proxy beside an application publishes: as that of the probe's metric of this name. */
export const sidecarStatisticOf = (metricName: SidecarMetricName): string => ALL_STATISTICS[metricName];

/** The statistic of a metric of the probe; fails for one that it does not publish of such a part. */
export function statisticOf(metricName: string, { zone, node }: ProbedPart, scope: IConstruct): string {
  const ofCluster = zone === undefined && node === undefined;
  const statistics: Record<string, string> = ofCluster ? ALL_STATISTICS : NODE_STATISTICS;
  if (!(metricName in statistics)) {
    const part = ofCluster ? 'a cluster' : node === undefined ? 'a zone' : 'a node';
    throw inputError({
      got: `metricName is '${metricName}'`,
      expected: `one that the probe publishes of ${part}: ${Object.keys(statistics).join(', ')}`,
      advice: "take one of them, or make the metric with CloudWatch's own Metric",
      scope,
    });
  }
  return statistics[metricName];
}
