import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/**
 * The metrics that the probe publishes each minute of what holds data: of a node, or of the nodes of a cluster together.
 *
 * Rates are by the second. The period is 5 minutes unless the options say otherwise.
 */
export interface IMemcachedMetrics {
  /**
   * A metric of the probe by its name, such as `HitRatio`.
   *
   * @default - over 5 minutes, with the statistic of the method that bears the metric's name
   */
  metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of the reads that found a value, from 0 to 1; none while nothing is read. As the nodes see it: a read of a
   * replicated cluster that misses in one zone and hits in another counts as both, so clients see a higher one.
   *
   * @default - average over 5 minutes
   */
  metricHitRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Reads per second: memcached's `cmd_get`.
   *
   * @default - average over 5 minutes
   */
  metricGets(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Writes per second: memcached's `cmd_set`. Of a replicated cluster each zone counts its copy.
   *
   * @default - average over 5 minutes
   */
  metricSets(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Items per second that were pushed out for lack of memory before they expired: memcached's `evictions`.
   *
   * @default - average over 5 minutes
   */
  metricEvictions(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of the items' memory that is in use, from 0 to 1: `bytes` of `limit_maxbytes`. Of several nodes, the fullest.
   *
   * @default - maximum over 5 minutes
   */
  metricBytesUsedRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Items that are stored: memcached's `curr_items`. Of a replicated cluster each copy counts.
   *
   * @default - average over 5 minutes
   */
  metricCurrItems(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Open connections: memcached's `curr_connections`.
   *
   * @default - average over 5 minutes
   */
  metricConnections(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of the allowed connections that are open, from 0 to 1. Of several nodes, the fullest.
   *
   * @default - maximum over 5 minutes
   */
  metricConnectionsRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Times per second that a node stopped to accept connections, since it had all it may have: `listen_disabled_num`.
   *
   * @default - maximum over 5 minutes
   */
  metricListenDisabled(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Connections per second that were rejected: memcached's `rejected_connections`.
   *
   * @default - maximum over 5 minutes
   */
  metricRejected(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Seconds since the process started. Of several nodes, the youngest.
   *
   * @default - minimum over 5 minutes
   */
  metricUptime(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * 1 when a node answers within the probe's time and 0 when it does not. Of several nodes, the share that answers.
   *
   * @default - minimum over 5 minutes
   */
  metricReachable(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Milliseconds from the probe's question to a node's whole answer. Of several nodes, the slowest.
   *
   * @default - maximum over 5 minutes
   */
  metricProbeLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/**
 * What the probe watches.
 *
 * @internal
 */
export abstract class Observed extends Construct implements IMemcachedMetrics {
  /** @internal */
  protected abstract _probeMetric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._probeMetric(metricName, options);
  }

  public metricHitRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('HitRatio', options);
  }

  public metricGets(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Gets', options);
  }

  public metricSets(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Sets', options);
  }

  public metricEvictions(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Evictions', options);
  }

  public metricBytesUsedRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('BytesUsedRatio', options);
  }

  public metricCurrItems(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CurrItems', options);
  }

  public metricConnections(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Connections', options);
  }

  public metricConnectionsRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ConnectionsRatio', options);
  }

  public metricListenDisabled(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ListenDisabled', options);
  }

  public metricRejected(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Rejected', options);
  }

  public metricUptime(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Uptime', options);
  }

  public metricReachable(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Reachable', options);
  }

  public metricProbeLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ProbeLatency', options);
  }
}
