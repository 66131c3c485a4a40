import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricFactory } from './factory';
import type { ProbedPart } from './statistics';

/**
 * The metrics that the probe publishes each minute for a node, or for the nodes of a zone or a cluster together.
 *
 * Rates are per second. The period is 5 minutes unless the options say otherwise.
 */
export interface IMemcachedNodeMetrics {
  /**
   * A metric of the probe by its name, such as `HitRatio`.
   *
   * @default - over 5 minutes, with the statistic of the method that has the metric's name
   */
  metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of the reads that found a value, from 0 to 1. There is no value while nothing is read. This is what the nodes
   * see: in a replicated cluster, a read that misses in one zone and hits in another counts as both, so clients see a higher
   * ratio.
   *
   * @default - average over 5 minutes
   */
  hitRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Reads per second: memcached's `cmd_get`.
   *
   * @default - average over 5 minutes
   */
  gets(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Writes per second: memcached's `cmd_set`. In a replicated cluster each zone counts its copy.
   *
   * @default - average over 5 minutes
   */
  sets(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Items per second that were removed before they expired, because memory was full: memcached's `evictions`.
   *
   * @default - average over 5 minutes
   */
  evictions(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of the memory for items that is in use, from 0 to 1: `bytes` of `limit_maxbytes`. Of several nodes, the fullest.
   *
   * @default - maximum over 5 minutes
   */
  bytesUsedRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The items that are stored: memcached's `curr_items`. In a replicated cluster each copy counts.
   *
   * @default - average over 5 minutes
   */
  currItems(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Open connections: memcached's `curr_connections`.
   *
   * @default - average over 5 minutes
   */
  connections(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * The share of the allowed connections that are open, from 0 to 1. Of several nodes, the one with the highest share.
   *
   * @default - maximum over 5 minutes
   */
  connectionsRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * How often per second a node stopped accepting connections because it had reached its limit: memcached's
   * `listen_disabled_num`.
   *
   * @default - maximum over 5 minutes
   */
  listenDisabled(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Connections per second that were rejected: memcached's `rejected_connections`.
   *
   * @default - maximum over 5 minutes
   */
  rejected(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Seconds since the process started. Of several nodes, the youngest.
   *
   * @default - minimum over 5 minutes
   */
  uptime(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * 1 if a node answers the probe in time, 0 if it does not. Of several nodes, the share that answers.
   *
   * @default - minimum over 5 minutes
   */
  reachable(options?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /**
   * Milliseconds from the probe's question to a node's complete answer. Of several nodes, the slowest.
   *
   * @default - maximum over 5 minutes
   */
  probeLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** The probe's metrics of a node, a zone or a cluster. */
export class MemcachedNodeMetrics implements IMemcachedNodeMetrics {
  constructor(
    protected readonly factory: MetricFactory,
    private readonly part: ProbedPart,
  ) {}

  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.factory.probed(metricName, this.part, options);
  }

  public hitRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('HitRatio', options);
  }

  public gets(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Gets', options);
  }

  public sets(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Sets', options);
  }

  public evictions(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Evictions', options);
  }

  public bytesUsedRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('BytesUsedRatio', options);
  }

  public currItems(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CurrItems', options);
  }

  public connections(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Connections', options);
  }

  public connectionsRatio(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ConnectionsRatio', options);
  }

  public listenDisabled(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ListenDisabled', options);
  }

  public rejected(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Rejected', options);
  }

  public uptime(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Uptime', options);
  }

  public reachable(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Reachable', options);
  }

  public probeLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ProbeLatency', options);
  }
}
