/** The namespace of all metrics that the probe publishes. */
export const NAMESPACE = 'CdkMemcached';

/** The dimensions of a cluster's, a zone's and a node's metrics. */
export const DIMENSIONS = { CLUSTER: ['Cluster'], ZONE: ['Cluster', 'Zone'], NODE: ['Cluster', 'Node'] } as const;

export type Unit = 'None' | 'Count' | 'Count/Second' | 'Seconds' | 'Milliseconds';

/** How the figures of nodes become one of their zone or cluster. */
export type Aggregate = 'sum' | 'least' | 'most' | 'mean' | 'ratio of sums';

export interface MetricDefinition {
  readonly unit: Unit;
  readonly aggregate: Aggregate;
}

/** Of each node, zone and cluster. Rates are per second, over the time since the probe last asked. */
export const NODE_METRICS = {
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
} as const satisfies Record<string, MetricDefinition>;

/** What memcached's proxy tells of itself: the probe publishes it of a tier, and a proxy beside an application of itself. */
const PROXY_METRICS = {
  BackendErrors: { unit: 'Count/Second' },
  Failovers: { unit: 'Count/Second' },
  MarkedBad: { unit: 'Count/Second' },
  DebtsOwed: { unit: 'Count' },
  DebtsPaid: { unit: 'Count/Second' },
  NodesEmptied: { unit: 'Count/Second' },
  WarmUps: { unit: 'Count/Second' },
  ClientHitRatio: { unit: 'None' },
  ClientErrors: { unit: 'None' },
  ReadLatency: { unit: 'Milliseconds' },
  WriteLatency: { unit: 'Milliseconds' },
} as const satisfies Record<string, { readonly unit: Unit }>;

export type ProxyMetricName = keyof typeof PROXY_METRICS;

/** Of each cluster that has the part they describe. */
export const CLUSTER_METRICS = {
  CanarySuccess: { unit: 'None' },
  CanaryLatency: { unit: 'Milliseconds' },
  ReachableProxies: { unit: 'Count' },
  ...PROXY_METRICS,
  CopiesDiffering: { unit: 'None' },
  CopiesMissing: { unit: 'None' },
} as const satisfies Record<string, { readonly unit: Unit }>;

/** Of each cluster whose proxies tell them: published with `latencyByOutcome` only. */
export const OUTCOME_METRICS = {
  ReadHitLatency: { unit: 'Milliseconds' },
  ReadMissLatency: { unit: 'Milliseconds' },
  ReadErrorLatency: { unit: 'Milliseconds' },
  WriteDoneLatency: { unit: 'Milliseconds' },
  WriteErrorLatency: { unit: 'Milliseconds' },
} as const satisfies Record<string, { readonly unit: Unit }>;

/** The dimensions of the metrics of an application's sidecars: the family of its task definition is the application. */
export const SIDECAR_DIMENSIONS = ['Cluster', 'Application'] as const;

export type SidecarDimension = (typeof SIDECAR_DIMENSIONS)[number];

/** Of each proxy beside an application, which publishes them itself. */
export const SIDECAR_METRICS = {
  Uptime: NODE_METRICS.Uptime,
  Connections: NODE_METRICS.Connections,
  ConnectionsRatio: NODE_METRICS.ConnectionsRatio,
  Rejected: NODE_METRICS.Rejected,
  ...PROXY_METRICS,
} as const satisfies Record<string, { readonly unit: Unit }>;

export type SidecarMetricName = keyof typeof SIDECAR_METRICS;

export type NodeMetricName = keyof typeof NODE_METRICS;
export type ClusterMetricName = keyof typeof CLUSTER_METRICS | keyof typeof OUTCOME_METRICS;

/** What the probe publishes. */
export type MetricName = NodeMetricName | ClusterMetricName;

export type DimensionName = (typeof DIMENSIONS)[keyof typeof DIMENSIONS][number];
