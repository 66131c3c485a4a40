/**
 * The finest level of detail at which the probe publishes metrics. CloudWatch charges for each metric, whether or not anybody
 * reads it.
 */
export enum CacheMetricDetail {
  /** Metrics of the cluster as a whole. */
  CLUSTER = 'CLUSTER',

  /** Metrics of the cluster and of each zone. */
  ZONE = 'ZONE',

  /** Metrics of the cluster, of each zone and of each node. */
  NODE = 'NODE',
}
