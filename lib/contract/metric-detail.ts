/** The finest metrics that the probe publishes. CloudWatch charges for each metric, whoever reads it. */
export enum CacheMetricDetail {
  /** Of the cluster as a whole. */
  CLUSTER = 'CLUSTER',

  /** Of the cluster and of each zone. */
  ZONE = 'ZONE',

  /** Of the cluster, of each zone and of each node. */
  NODE = 'NODE',
}
