import { Stats, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricFactory } from './factory';

/** The metrics of a cluster's proxies: what the probe reads from them, and what ECS measures. */
export interface IProxyMetrics {
  /**
   * The proxies that answer the probe. Of more than eight it may not find all, because Route 53 answers with eight addresses
   * at a time.
   *
   * @default - minimum over 5 minutes
   */
  reachable(options?: MetricOptions): Metric;

  /**
   * Errors per second that the proxies met at nodes: a connection that failed, an answer that was late or broken. memcached's
   * proxy counts a failure when it begins, so the figure falls back to 0 while a node stays lost.
   *
   * Only memcached's proxy, mcrouter, twemproxy and HAProxy count them.
   *
   * @default - average over 5 minutes
   */
  backendErrors(options?: MetricOptions): Metric;

  /**
   * Requests per second that the proxies sent on to another node because one failed, or is not to be read from yet. A read
   * that goes on to another zone after a miss is none.
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
   * The keys that proxies have still to delete on nodes, because they failed to write them there. While a node is lost it
   * grows; after its return it falls to 0 within seconds.
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
   * How often per second a proxy emptied a node that had returned, because more writes were missed there than it keeps.
   *
   * Only memcached's proxy counts it.
   *
   * @default - average over 5 minutes
   */
  nodesEmptied(options?: MetricOptions): Metric;

  /**
   * Values per second that proxies copied to the node of their zone, because a read had missed there and found them in another
   * zone. After a node came back empty it rises, and falls as the node fills.
   *
   * Only memcached's proxy counts them, in a replicated cluster.
   *
   * @default - average over 5 minutes
   */
  warmUps(options?: MetricOptions): Metric;

  /**
   * The share of the clients' reads that found a value in any zone, 0 to 1.
   *
   * Only memcached's proxy tells, of one request in 17.
   *
   * @default - average over 5 minutes
   */
  clientHitRatio(options?: MetricOptions): Metric;

  /**
   * The share of the clients' requests that the proxies answered with an error, 0 to 1.
   *
   * Only memcached's proxy tells, of one request in 17.
   *
   * @default - maximum over 5 minutes
   */
  clientErrors(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of reads, in milliseconds, from the proxy's receiving a request to its answer.
   *
   * Only memcached's proxy tells, of one request in 17.
   *
   * @default - maximum over 5 minutes
   */
  readLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of writes, in milliseconds, from the proxy's receiving a request to its answer.
   *
   * Only memcached's proxy tells, of one request in 17.
   *
   * @default - maximum over 5 minutes
   */
  writeLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile, in milliseconds, of reads that found a value. No data in a minute without any.
   *
   * Only memcached's proxy tells, of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  readHitLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile, in milliseconds, of reads that found none in any zone. No data in a minute without any.
   *
   * Only memcached's proxy tells, of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  readMissLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile, in milliseconds, of reads that the proxies answered with an error. No data in a minute without any.
   *
   * Only memcached's proxy tells, of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  readErrorLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile, in milliseconds, of writes that were not answered with an error. No data in a minute without any.
   *
   * Only memcached's proxy tells, of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  writeDoneLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile, in milliseconds, of writes that the proxies answered with an error. No data in a minute without any.
   *
   * Only memcached's proxy tells, of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  writeErrorLatency(options?: MetricOptions): Metric;

  /**
   * The CPU utilization of the proxies in percent; of the service behind the configuration endpoint where there are none.
   *
   * @default - average over 5 minutes
   */
  cpuUtilization(options?: MetricOptions): Metric;

  /**
   * The memory utilization of the proxies in percent; of the service behind the configuration endpoint where there are none.
   *
   * @default - average over 5 minutes
   */
  memoryUtilization(options?: MetricOptions): Metric;
}

/** The metrics of the proxies that the probe and ECS publish. */
export class ProxyMetrics implements IProxyMetrics {
  constructor(private readonly factory: MetricFactory) {}

  public reachable(options?: MetricOptions): Metric {
    return this.factory.probed('ReachableProxies', {}, options);
  }

  public backendErrors(options?: MetricOptions): Metric {
    return this.factory.probed('BackendErrors', {}, options);
  }

  public failovers(options?: MetricOptions): Metric {
    return this.factory.probed('Failovers', {}, options);
  }

  public markedBad(options?: MetricOptions): Metric {
    return this.factory.probed('MarkedBad', {}, options);
  }

  public debtsOwed(options?: MetricOptions): Metric {
    return this.factory.probed('DebtsOwed', {}, options);
  }

  public debtsPaid(options?: MetricOptions): Metric {
    return this.factory.probed('DebtsPaid', {}, options);
  }

  public nodesEmptied(options?: MetricOptions): Metric {
    return this.factory.probed('NodesEmptied', {}, options);
  }

  public warmUps(options?: MetricOptions): Metric {
    return this.factory.probed('WarmUps', {}, options);
  }

  public clientHitRatio(options?: MetricOptions): Metric {
    return this.factory.probed('ClientHitRatio', {}, options);
  }

  public clientErrors(options?: MetricOptions): Metric {
    return this.factory.probed('ClientErrors', {}, options);
  }

  public readLatency(options?: MetricOptions): Metric {
    return this.factory.probed('ReadLatency', {}, options);
  }

  public writeLatency(options?: MetricOptions): Metric {
    return this.factory.probed('WriteLatency', {}, options);
  }

  public readHitLatency(options?: MetricOptions): Metric {
    return this.factory.probed('ReadHitLatency', {}, options);
  }

  public readMissLatency(options?: MetricOptions): Metric {
    return this.factory.probed('ReadMissLatency', {}, options);
  }

  public readErrorLatency(options?: MetricOptions): Metric {
    return this.factory.probed('ReadErrorLatency', {}, options);
  }

  public writeDoneLatency(options?: MetricOptions): Metric {
    return this.factory.probed('WriteDoneLatency', {}, options);
  }

  public writeErrorLatency(options?: MetricOptions): Metric {
    return this.factory.probed('WriteErrorLatency', {}, options);
  }

  public cpuUtilization(options?: MetricOptions): Metric {
    return this.factory.proxyService('CPUUtilization', Stats.AVERAGE, options);
  }

  public memoryUtilization(options?: MetricOptions): Metric {
    return this.factory.proxyService('MemoryUtilization', Stats.AVERAGE, options);
  }
}
