import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { MemcachedNode } from '../nodes/node';
import { EXPORTER_PORT } from '../containers/exporter';

/**
 * Exporters for Prometheus beside nodes and proxies.
 *
 * To turn them on or off, or to change them, replaces the nodes, one zone after another: they are part of what a machine
 * or task starts. memcached's proxies have an exporter too, which tells of their connections; what is read and written, the
 * nodes tell. HAProxy has metrics of its own; twemproxy, mcrouter and nginx have none.
 */
export interface PrometheusProps {
  /**
   * The image of the memcached exporter, as docker takes it, in a registry that needs no login. It must hold
   * `memcached_exporter`, `sh`, `awk` and `mkfifo`.
   *
   * @default - the official image at quay.io, pinned to an exact release
   */
  readonly exporterImage?: string;
}

/** Properties of `CachePrometheus`. */
export interface CachePrometheusProps {
  /** The name of the cluster, for the label `cluster`. */
  readonly clusterName: string;

  /** The nodes. */
  readonly nodes: MemcachedNode[];

  /** The nodes' security group. */
  readonly nodeConnections: ec2.Connections;

  /**
   * The proxies, where they have metrics.
   *
   * @default - none
   */
  readonly proxies?: PrometheusProxies;
}

/** The proxies of a cluster, to Prometheus. */
export interface PrometheusProxies {
  /** The name that has the address of each. */
  readonly hostname: string;

  /** The port of their metrics. */
  readonly port: number;

  /** Their security group. */
  readonly connections: ec2.Connections;
}

/** How long a proxy may be unknown to Prometheus. */
const REFRESH = '15s';

/** What Prometheus scrapes of a cluster, and who may. */
export class CachePrometheus {
  /** The nodes, as a file for Prometheus' `file_sd_configs`: JSON, with the labels `cluster`, `zone` and `node`. */
  public readonly nodeTargets: string;

  /**
   * A whole configuration file for Prometheus, as JSON, which is YAML: its `scrape_configs`. Give it as it is, or name it in
   * the `scrape_config_files` of a configuration of your own.
   *
   * The proxies are found by their name, with the label `cluster`.
   */
  public readonly scrapeConfigs: string;

  constructor(private readonly props: CachePrometheusProps) {
    const cluster = props.clusterName;
    const targets = props.nodes.map(({ name, zone, endpoint }) => ({
      targets: [`${endpoint.hostname}:${EXPORTER_PORT}`],
      labels: { cluster, zone: zone.label, node: name },
    }));
    const nodes = { job_name: 'memcached-nodes', static_configs: targets };
    const proxies = props.proxies && {
      job_name: 'memcached-proxies',
      dns_sd_configs: [
        { names: [props.proxies.hostname], type: 'A', port: props.proxies.port, refresh_interval: REFRESH },
      ],
      relabel_configs: [{ target_label: 'cluster', replacement: cluster }],
    };
    this.nodeTargets = JSON.stringify(targets);
    this.scrapeConfigs = JSON.stringify({ scrape_configs: proxies ? [nodes, proxies] : [nodes] });
  }

  /** Lets Prometheus reach the metrics of nodes and proxies. Nothing reaches them before. */
  public allowFrom(scraper: ec2.IConnectable): void {
    const { nodeConnections, proxies } = this.props;
    nodeConnections.allowFrom(scraper, ec2.Port.tcp(EXPORTER_PORT), 'metrics of the nodes to Prometheus');
    proxies?.connections.allowFrom(scraper, ec2.Port.tcp(proxies.port), 'metrics of the proxies to Prometheus');
  }
}
