import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ProxyMetricName } from '../contract/metric-names';

/**
 * The figures that proxies count themselves. For the proxies of a cluster, a figure is that of all proxies together. For
 * proxies beside an application it is that of one proxy, and the statistic that combines several minutes also combines several
 * proxies.
 */
export interface IProxyStatistics {
  /**
   * Errors per second that the proxies met at nodes: connections that failed, and answers that were late or broken. memcached's
   * proxy counts a failure only when it begins, so the figure falls back to 0 while a node stays lost.
   *
   * Only memcached's proxy, mcrouter, twemproxy and HAProxy count them.
   *
   * @default - average over 5 minutes
   */
  backendErrors(options?: MetricOptions): Metric;

  /**
   * Requests per second that the proxies sent on to another node because a node failed, or is not to be read from yet. A read
   * that goes on to another zone after a miss does not count.
   *
   * Only memcached's proxy, mcrouter and HAProxy count them.
   *
   * @default - average over 5 minutes
   */
  failovers(options?: MetricOptions): Metric;

  /**
   * How often per second a proxy marked a node, or one of its connections to a node, as lost.
   *
   * Only memcached's proxy, twemproxy and HAProxy count it.
   *
   * @default - average over 5 minutes
   */
  markedBad(options?: MetricOptions): Metric;

  /**
   * The keys that proxies still have to delete on nodes, because they failed to write them there. The number grows while a node
   * is lost, and falls to 0 within seconds after the node's return.
   *
   * Only memcached's proxy counts them.
   *
   * @default - maximum over 5 minutes
   */
  debtsOwed(options?: MetricOptions): Metric;

  /**
   * Keys per second that proxies deleted on nodes that had returned, because they had failed to write them there.
   *
   * Only memcached's proxy counts them.
   *
   * @default - average over 5 minutes
   */
  debtsPaid(options?: MetricOptions): Metric;

  /**
   * How often per second a proxy emptied a node that had returned, because the node missed more writes than the proxy keeps
   * account of.
   *
   * Only memcached's proxy counts it.
   *
   * @default - average over 5 minutes
   */
  nodesEmptied(options?: MetricOptions): Metric;

  /**
   * Values per second that proxies copied to the node of their zone, because a read had missed there and found them in another
   * zone. The figure rises after a node came back empty, and falls as the node fills.
   *
   * Only memcached's proxy counts them, in a replicated cluster.
   *
   * @default - average over 5 minutes
   */
  warmUps(options?: MetricOptions): Metric;

  /**
   * The share of the clients' reads that found a value in any zone, 0 to 1.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17.
   *
   * @default - average over 5 minutes
   */
  clientHitRatio(options?: MetricOptions): Metric;

  /**
   * The share of the clients' requests that the proxies answered with an error, 0 to 1.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17. For a proxy beside an application, fewer than 50
   * sampled requests in a minute count as 50, so that one error does not make a quiet proxy the worst.
   *
   * @default - maximum over 5 minutes
   */
  clientErrors(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of the latency of reads, in milliseconds, from the request's arrival at the proxy to the proxy's
   * answer.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17.
   *
   * @default - maximum over 5 minutes
   */
  readLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of the latency of writes, in milliseconds, from the request's arrival at the proxy to the proxy's
   * answer.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17.
   *
   * @default - maximum over 5 minutes
   */
  writeLatency(options?: MetricOptions): Metric;
}

/** What proxies count, however it is published. */
export abstract class ProxyStatistics implements IProxyStatistics {
  public backendErrors(options?: MetricOptions): Metric {
    return this.counted('BackendErrors', options);
  }

  public failovers(options?: MetricOptions): Metric {
    return this.counted('Failovers', options);
  }

  public markedBad(options?: MetricOptions): Metric {
    return this.counted('MarkedBad', options);
  }

  public debtsOwed(options?: MetricOptions): Metric {
    return this.counted('DebtsOwed', options);
  }

  public debtsPaid(options?: MetricOptions): Metric {
    return this.counted('DebtsPaid', options);
  }

  public nodesEmptied(options?: MetricOptions): Metric {
    return this.counted('NodesEmptied', options);
  }

  public warmUps(options?: MetricOptions): Metric {
    return this.counted('WarmUps', options);
  }

  public clientHitRatio(options?: MetricOptions): Metric {
    return this.counted('ClientHitRatio', options);
  }

  public clientErrors(options?: MetricOptions): Metric {
    return this.counted('ClientErrors', options);
  }

  public readLatency(options?: MetricOptions): Metric {
    return this.counted('ReadLatency', options);
  }

  public writeLatency(options?: MetricOptions): Metric {
    return this.counted('WriteLatency', options);
  }

  protected abstract counted(metricName: ProxyMetricName, options?: MetricOptions): Metric;
}
