import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { NAMESPACE, type SidecarDimension, type SidecarMetricName } from '../contract/metric-names';
import { EACH_MINUTE } from './factory';
import type { MetricHome } from './home';

/**
 * The metrics of the proxies beside one application, which each of them publishes once a minute. A figure is of one proxy; `Sum` over a
 * minute is of all.
 */
export interface IProxySidecarMetrics {
  /**
   * The proxies that report their figures.
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
   * The connections of a proxy, of the application and to itself.
   *
   * @default - average over 5 minutes
   */
  connections(options?: MetricOptions): Metric;

  /**
   * The share of the connections that a proxy may have, 0 to 1. At 1 a proxy reports this figure and `rejected` alone.
   *
   * @default - maximum over 5 minutes
   */
  connectionsRatio(options?: MetricOptions): Metric;

  /**
   * Connections per second that a proxy refused because it had all that it may have. While it has them it tells 1/60, because it
   * refuses the one connection a minute that asks for the figures; how many others it refused it tells afterwards.
   *
   * @default - maximum over 5 minutes
   */
  rejected(options?: MetricOptions): Metric;

  /**
   * Errors per second that a proxy met at nodes: a connection that failed, an answer that was late or broken. A failure is counted
   * when it begins, so the figure falls back to 0 while a node stays lost.
   *
   * @default - average over 5 minutes
   */
  backendErrors(options?: MetricOptions): Metric;

  /**
   * Requests per second that a proxy sent on to another node because one failed, or is not to be read from yet.
   *
   * @default - average over 5 minutes
   */
  failovers(options?: MetricOptions): Metric;

  /**
   * How often per second a proxy marked one of its connections to a node as lost.
   *
   * @default - average over 5 minutes
   */
  markedBad(options?: MetricOptions): Metric;

  /**
   * The keys that a proxy has still to delete on nodes, because it failed to write them there. While a node is lost it grows; after its
   * return it falls to 0 within seconds.
   *
   * @default - maximum over 5 minutes
   */
  debtsOwed(options?: MetricOptions): Metric;

  /**
   * Keys per second that a proxy deleted on nodes that had returned.
   *
   * @default - average over 5 minutes
   */
  debtsPaid(options?: MetricOptions): Metric;

  /**
   * How often per second a proxy emptied a node that had returned, because more writes were missed there than it keeps.
   *
   * @default - average over 5 minutes
   */
  nodesEmptied(options?: MetricOptions): Metric;

  /**
   * Values per second that a proxy copied to the node of its zone, because a read had missed there and found them in another zone.
   *
   * Only in a replicated cluster.
   *
   * @default - average over 5 minutes
   */
  warmUps(options?: MetricOptions): Metric;

  /**
   * The share of the application's reads that found a value in any zone, 0 to 1, of one request in 17.
   *
   * @default - average over 5 minutes
   */
  clientHitRatio(options?: MetricOptions): Metric;

  /**
   * The share of the application's requests that were answered with an error, 0 to 1, of one request in 17. Of fewer than 50 in a
   * minute it is taken of 50, so that one error does not make a quiet proxy the worst.
   *
   * @default - maximum over 5 minutes
   */
  clientErrors(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of reads, in milliseconds, from the proxy's receiving a request to its answer, of one request in 17.
   *
   * @default - maximum over 5 minutes
   */
  readLatency(options?: MetricOptions): Metric;

  /**
   * The 99th percentile of writes, in milliseconds, from the proxy's receiving a request to its answer, of one request in 17.
   *
   * @default - maximum over 5 minutes
   */
  writeLatency(options?: MetricOptions): Metric;
}

const { AVERAGE, MINIMUM, MAXIMUM } = Stats;

/** Each is published once a minute by each proxy: what matters of them is the worst, or their mean. */
const STATISTICS: Record<SidecarMetricName, string> = {
  Uptime: MINIMUM,
  Connections: AVERAGE,
  ConnectionsRatio: MAXIMUM,
  Rejected: MAXIMUM,
  BackendErrors: AVERAGE,
  Failovers: AVERAGE,
  MarkedBad: AVERAGE,
  DebtsOwed: MAXIMUM,
  DebtsPaid: AVERAGE,
  NodesEmptied: AVERAGE,
  WarmUps: AVERAGE,
  ClientHitRatio: AVERAGE,
  ClientErrors: MAXIMUM,
  ReadLatency: MAXIMUM,
  WriteLatency: MAXIMUM,
};

/** The metrics of the proxies beside one application. */
export class ProxySidecarMetrics implements IProxySidecarMetrics {
  constructor(
    private readonly dimensionsMap: Readonly<Record<SidecarDimension, string>>,
    public readonly home: MetricHome,
  ) {}

  public reporting(options?: MetricOptions): Metric {
    return this.metric('Uptime', { ...EACH_MINUTE, statistic: Stats.SAMPLE_COUNT, ...options });
  }

  public uptime(options?: MetricOptions): Metric {
    return this.metric('Uptime', options);
  }

  public connections(options?: MetricOptions): Metric {
    return this.metric('Connections', options);
  }

  public connectionsRatio(options?: MetricOptions): Metric {
    return this.metric('ConnectionsRatio', options);
  }

  public rejected(options?: MetricOptions): Metric {
    return this.metric('Rejected', options);
  }

  public backendErrors(options?: MetricOptions): Metric {
    return this.metric('BackendErrors', options);
  }

  public failovers(options?: MetricOptions): Metric {
    return this.metric('Failovers', options);
  }

  public markedBad(options?: MetricOptions): Metric {
    return this.metric('MarkedBad', options);
  }

  public debtsOwed(options?: MetricOptions): Metric {
    return this.metric('DebtsOwed', options);
  }

  public debtsPaid(options?: MetricOptions): Metric {
    return this.metric('DebtsPaid', options);
  }

  public nodesEmptied(options?: MetricOptions): Metric {
    return this.metric('NodesEmptied', options);
  }

  public warmUps(options?: MetricOptions): Metric {
    return this.metric('WarmUps', options);
  }

  public clientHitRatio(options?: MetricOptions): Metric {
    return this.metric('ClientHitRatio', options);
  }

  public clientErrors(options?: MetricOptions): Metric {
    return this.metric('ClientErrors', options);
  }

  public readLatency(options?: MetricOptions): Metric {
    return this.metric('ReadLatency', options);
  }

  public writeLatency(options?: MetricOptions): Metric {
    return this.metric('WriteLatency', options);
  }

  private metric(metricName: SidecarMetricName, options?: MetricOptions): Metric {
    const { dimensionsMap, home } = this;
    const statistic = STATISTICS[metricName];
    const metric = new Metric({ namespace: NAMESPACE, metricName, statistic, dimensionsMap, ...options });
    return metric.with({ stackRegion: home.region, stackAccount: home.account });
  }
}
