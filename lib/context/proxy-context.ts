import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { PrometheusExporter } from '../containers/exporter';
import type { MemcachedImage } from '../containers/memcached-image';
import type { CacheTimeouts } from './timeouts';
import type { CacheTls } from './tls';
import type { CacheTopology, ProxyZone } from './topology';

/** What a cluster, made here or elsewhere, tells its proxies. A `CacheContext` is one. */
export interface ProxyContext {
  /** The zones, in their stable order. */
  readonly zones: ProxyZone[];

  /** How the keys are laid out. */
  readonly topology: CacheTopology;

  /** How long the parts wait for each other. */
  readonly timeouts: CacheTimeouts;

  /** The memcached image. */
  readonly image: MemcachedImage;

  /**
   * The prefix of the pull-through cache that images of Amazon's public registry come through.
   *
   * @default - they come from that registry
   */
  readonly pullThroughCachePrefix?: string;

  /** The port of nodes, proxies and endpoint. */
  readonly port: number;

  /** The processors of Fargate tasks. */
  readonly cpuArchitecture: ecs.CpuArchitecture;

  /** The name of the cluster, in its log. */
  readonly clusterName: string;

  /**
   * Prometheus exporters beside the processes.
   *
   * @default - none
   */
  readonly prometheus?: PrometheusExporter;

  /**
   * How clients speak TLS to the cluster. Proxies on loopback speak in plain whatever it says.
   *
   * @default - they do not
   */
  readonly tls?: CacheTls;
}
