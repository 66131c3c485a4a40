import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { NAMESPACE, type SidecarDimension, type SidecarMetricName } from '../contract/metric-names';
import { EACH_MINUTE } from './factory';
import type { MetricHome } from './home';
import { ProxyStatistics, type IProxyStatistics } from './proxy-statistics';
import { sidecarStatisticOf } from './statistics';

/**
 * The metrics of the proxies beside one application. Each proxy publishes its own figures once a minute; `Sum` over a minute is
 * the total of all proxies.
 */
export interface IProxySidecarMetrics extends IProxyStatistics {
  /**
   * The number of proxies that report their figures.
   *
   * @default - number of reports in a minute
   */
  reporting(options?: MetricOptions): Metric;

  /**
   * Seconds since the youngest proxy was started.
   *
   * @default - minimum over 5 minutes
   */
  uptime(options?: MetricOptions): Metric;

  /**
   * The connections of a proxy: those of the application, and those of the proxy to itself.
   *
   * @default - average over 5 minutes
   */
  connections(options?: MetricOptions): Metric;

  /**
   * The share of a proxy's connection limit that is in use, 0 to 1. At 1 a proxy reports only this figure and `rejected`.
   *
   * @default - maximum over 5 minutes
   */
  connectionsRatio(options?: MetricOptions): Metric;

  /**
   * Connections per second that a proxy refused because it had reached its connection limit. While it is at the limit it
   * reports 1/60, because it refuses the one connection a minute that asks for the figures. Afterwards it reports how many
   * others it refused.
   *
   * @default - maximum over 5 minutes
   */
  rejected(options?: MetricOptions): Metric;
}

/** The metrics of the proxies beside one application. */
export class ProxySidecarMetrics extends ProxyStatistics implements IProxySidecarMetrics {
  constructor(
    private readonly dimensionsMap: Readonly<Record<SidecarDimension, string>>,
    public readonly home: MetricHome,
  ) {
    super();
  }

  public reporting(options?: MetricOptions): Metric {
    return this.counted('Uptime', { ...EACH_MINUTE, statistic: Stats.SAMPLE_COUNT, ...options });
  }

  public uptime(options?: MetricOptions): Metric {
    return this.counted('Uptime', options);
  }

  public connections(options?: MetricOptions): Metric {
    return this.counted('Connections', options);
  }

  public connectionsRatio(options?: MetricOptions): Metric {
    return this.counted('ConnectionsRatio', options);
  }

  public rejected(options?: MetricOptions): Metric {
    return this.counted('Rejected', options);
  }

  protected counted(metricName: SidecarMetricName, options?: MetricOptions): Metric {
    const { dimensionsMap, home } = this;
    const statistic = sidecarStatisticOf(metricName);
    const metric = new Metric({ namespace: NAMESPACE, metricName, statistic, dimensionsMap, ...options });
    return metric.with({ stackRegion: home.region, stackAccount: home.account });
  }
}
