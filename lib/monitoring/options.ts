import type * as logs from 'aws-cdk-lib/aws-logs';
import type { PrometheusExporter } from '../containers/exporter';
import type { CacheMetricDetail } from '../contract/metric-detail';
import type { CacheAlarmsOptions } from './alarms/options';

/** Options for the monitoring of a cluster. */
export interface CacheMonitoringOptions {
  /**
   * The log group for every process and for the probe. Give one if you want a retention or a key of your own. Its class has to
   * be `STANDARD`.
   *
   * @default - a new one, whose logs are kept for a month, encrypted with `encryptionKey` or, without it, CloudWatch Logs'
   * own key, and deleted with the cluster
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * Whether a function asks every node and proxy for its statistics each minute, and publishes them as metrics. Without it
   * there are no alarms on these metrics.
   *
   * @default true
   */
  readonly probe?: boolean;

  /**
   * The finest level of detail at which the probe publishes metrics. CloudWatch charges for each metric: see the documentation
   * on monitoring for the cost. The probe's log has all figures, whatever the detail.
   *
   * @default CacheMetricDetail.NODE
   */
  readonly metricDetail?: CacheMetricDetail;

  /**
   * Whether the probe also publishes latencies by the outcome of the requests: hits, misses, failed reads, writes and failed
   * writes. These are five more metrics of the cluster. Only memcached's proxy counts them.
   *
   * @default false
   */
  readonly latencyByOutcome?: boolean;

  /**
   * Tunes alarms, or switches them off.
   *
   * @default - all alarms, each with its default
   */
  readonly alarms?: CacheAlarmsOptions;

  /**
   * Whether there is a dashboard.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Prometheus exporters beside nodes and proxies. Turning them on or off replaces the nodes, one zone after another, because
   * they are part of what a machine or task starts.
   *
   * @default - none
   */
  readonly prometheus?: PrometheusExporter;
}
