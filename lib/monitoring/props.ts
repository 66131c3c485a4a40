import type * as logs from 'aws-cdk-lib/aws-logs';
import type { CacheAlarmsProps } from './alarms/options';
import type { MetricDetail } from '../metrics/detail';
import type { PrometheusProps } from './prometheus';

/** How a cluster is watched. */
export interface MonitoringProps {
  /**
   * The log of every process and of the probe, for a retention or a key of your own. Its class has to be `STANDARD`.
   *
   * @default - one of its own, kept for a month, encrypted with CloudWatch Logs' own key, deleted with the cluster
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * Whether a function asks every node and proxy for its statistics each minute, and publishes them as metrics. The alarms on
   * these metrics go with it.
   *
   * @default true
   */
  readonly probe?: boolean;

  /**
   * The finest metrics that the probe publishes. CloudWatch charges for each: see the README for what that costs. Its log
   * tells of every node, whatever the detail.
   *
   * @default MetricDetail.NODE
   */
  readonly metricDetail?: MetricDetail;

  /**
   * Thresholds of the alarms, and which there are.
   *
   * @default - all of them, see each
   */
  readonly alarms?: CacheAlarmsProps;

  /**
   * Whether there is a dashboard.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Prometheus exporters beside nodes and proxies. Turning them on or off replaces the nodes, one zone after another.
   *
   * @default - none
   */
  readonly prometheus?: PrometheusProps;
}
