import type * as logs from 'aws-cdk-lib/aws-logs';
import type { PrometheusExporter } from '../containers/exporter';
import type { CacheMetricDetail } from '../contract/metric-detail';
import type { CacheAlarmsOptions } from './alarms/options';

/** How a cluster is monitored. */
export interface CacheMonitoringOptions {
  /**
   * The log of every process and of the probe, for a retention or a key of your own. Its class has to be `STANDARD`.
   *
   * @default - one of its own, kept for a month, encrypted with CloudWatch Logs' own key, deleted with the cluster
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
   * The finest metrics that the probe publishes. CloudWatch charges for each metric: see the documentation on monitoring for
   * the cost. The probe's log has all figures, whatever the detail.
   *
   * @default CacheMetricDetail.NODE
   */
  readonly metricDetail?: CacheMetricDetail;

  /**
   * Whether the probe also publishes how long requests take by what became of them: hits, misses, failed reads, writes and
   * failed writes. These are five more metrics of the cluster. Only memcached's proxy counts them.
   *
   * @default false
   */
  readonly latencyByOutcome?: boolean;

  /**
   * Changes thresholds of alarms, and switches alarms off.
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
   * Prometheus exporters beside nodes and proxies. Turning them on or off replaces the nodes, one zone after another: they
   * are part of what a machine or task starts.
   *
   * @default - none
   */
  readonly prometheus?: PrometheusExporter;
}
