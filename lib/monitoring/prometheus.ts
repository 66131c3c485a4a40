import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { MemcachedNode } from '../nodes/node';
import { EXPORTER_PORT } from '../containers/exporter';

/** Options of `CachePrometheus`. */
export interface CachePrometheusOptions {
  /** The name of the cluster, for the label `cluster`. */
  readonly clusterName: string;

  /** The nodes. */
  readonly nodes: MemcachedNode[];

  /** The nodes' security group. */
  readonly nodeConnections: ec2.Connections;

  /**
   * The proxies, if they have metrics.
   *
   * @default - none
   */
  readonly proxies?: CachePrometheusProxies;
}

/** How Prometheus reaches the proxies of a cluster. */
export interface CachePrometheusProxies {
  /** The name that resolves to the address of each proxy. */
  readonly hostname: string;

  /** The port of their metrics. */
  readonly port: number;

  /** Their security group. */
  readonly connections: ec2.Connections;
}

/** How long a proxy may be unknown to Prometheus. */
const REFRESH = '15s';

/** The targets in a cluster for Prometheus to scrape, and who may scrape them. */
export class CachePrometheus {
  /** The nodes, as the text of a file for Prometheus' `file_sd_configs`: JSON, with the labels `cluster`, `zone` and `node`. */
  public readonly nodeTargets: string;

  /**
   * The text of a complete configuration file for Prometheus, with its `scrape_configs`, in JSON, which is also YAML. Use it as
   * it is, or name the file in the `scrape_config_files` of a configuration of your own.
   *
   * The proxies are found by their name, with the label `cluster`.
   */
  public readonly scrapeConfigs: string;

  constructor(private readonly options: CachePrometheusOptions) {
    const cluster = options.clusterName;
    const targets = options.nodes.map(({ name, zone, endpoint }) => ({
      targets: [`${endpoint.hostname}:${EXPORTER_PORT}`],
      labels: { cluster, zone: zone.label, node: name },
    }));
    const nodes = { job_name: 'memcached-nodes', static_configs: targets };
    const proxies = options.proxies && {
      job_name: 'memcached-proxies',
      dns_sd_configs: [
        { names: [options.proxies.hostname], type: 'A', port: options.proxies.port, refresh_interval: REFRESH },
      ],
      relabel_configs: [{ target_label: 'cluster', replacement: cluster }],
    };
    this.nodeTargets = JSON.stringify(targets);
    this.scrapeConfigs = JSON.stringify({ scrape_configs: proxies ? [nodes, proxies] : [nodes] });
  }

  /** Lets Prometheus reach the metrics of nodes and proxies. Until you call this, nothing can reach them. */
  public allowFrom(scraper: ec2.IConnectable): void {
    const { nodeConnections, proxies } = this.options;
    nodeConnections.allowFrom(scraper, ec2.Port.tcp(EXPORTER_PORT), 'metrics of the nodes to Prometheus');
    proxies?.connections.allowFrom(scraper, ec2.Port.tcp(proxies.port), 'metrics of the proxies to Prometheus');
  }
}
