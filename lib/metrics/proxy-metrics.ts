import { Stats, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ProxyMetricName } from '../contract/metric-names';
import type { MetricFactory } from './factory';
import { ProxyStatistics, type IProxyStatistics } from './proxy-statistics';

/** The metrics of a cluster's proxies: what the probe reads from them, and what ECS measures. */
export interface IProxyMetrics extends IProxyStatistics {
  /**
   * The proxies that answer the probe. If there are more than eight, the probe may not find all of them, because Route 53
   * answers with eight addresses at a time.
   *
   * @default - minimum over 5 minutes
   */
  reachable(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of the latency, in milliseconds, of reads that found a value. There is no data for a minute without
   * such reads.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  readHitLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of the latency, in milliseconds, of reads that found no value in any zone. There is no data for a
   * minute without such reads.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  readMissLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of the latency, in milliseconds, of reads that the proxies answered with an error. There is no data for
   * a minute without such reads.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  readErrorLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of the latency, in milliseconds, of writes that were not answered with an error. There is no data for a
   * minute without such writes.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  writeDoneLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of the latency, in milliseconds, of writes that the proxies answered with an error. There is no data
   * for a minute without such writes.
   *
   * Only memcached's proxy reports this, from a sample of one request in 17. Throws unless `latencyByOutcome` is true.
   *
   * @default - maximum over 5 minutes
   */
  writeErrorLatency(options?: MetricOptions): Metric;

  /**
   * The CPU utilization of the proxies in percent or, where there are no proxies, of the service behind the configuration
   * endpoint.
   *
   * @default - average over 5 minutes
   */
  cpuUtilization(options?: MetricOptions): Metric;

  /**
   * The memory utilization of the proxies in percent or, where there are no proxies, of the service behind the configuration
   * endpoint.
   *
   * @default - average over 5 minutes
   */
  memoryUtilization(options?: MetricOptions): Metric;
}

/** The metrics of the proxies that the probe and ECS publish. */
export class ProxyMetrics extends ProxyStatistics implements IProxyMetrics {
  constructor(private readonly factory: MetricFactory) {
    super();
  }

  public reachable(options?: MetricOptions): Metric {
    return this.factory.probed('ReachableProxies', {}, options);
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

  protected counted(metricName: ProxyMetricName, options?: MetricOptions): Metric {
    return this.factory.probed(metricName, {}, options);
  }
}
