import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { PrometheusExporter } from '../containers/exporter';
import type { MemcachedImage } from '../containers/memcached-image';
import type { CacheTimeouts } from './timeouts';
import type { CacheTls } from './tls';
import type { CacheTopology, ProxyZone } from './topology';

/** The settings that a cluster, defined in this app or imported, gives to its proxies. A `CacheContext` has all of them. */
export interface ProxyContext {
  /** The zones, in their stable order. */
  readonly zones: ProxyZone[];

  /** How the keys are laid out over the nodes. */
  readonly topology: CacheTopology;

  /** How long proxies wait for nodes. */
  readonly timeouts: CacheTimeouts;

  /** The memcached image. */
  readonly image: MemcachedImage;

  /**
   * The prefix of the pull-through cache for images of Amazon's public registry.
   *
   * @default - these images come directly from that registry
   */
  readonly pullThroughCachePrefix?: string;

  /** The port of the nodes, the proxies and the endpoint. */
  readonly port: number;

  /** The processor architecture of Fargate tasks. */
  readonly cpuArchitecture: ecs.CpuArchitecture;

  /** The name of the cluster, for the log. */
  readonly clusterName: string;

  /**
   * Prometheus exporters beside the processes.
   *
   * @default - none
   */
  readonly prometheus?: PrometheusExporter;

  /**
   * How clients connect with TLS. Proxies on loopback never use TLS, whatever is set here.
   *
   * @default - clients connect without TLS
   */
  readonly tls?: CacheTls;
}
