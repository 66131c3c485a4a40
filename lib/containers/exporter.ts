import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { CacheRole } from '../contract/roles';
import { inputError } from '../errors';
import { knownImageName } from './memcached-image';
import type { ExporterSpecification } from './specification';

/** Where the exporter serves `/metrics`. */
export const EXPORTER_PORT = 9150;

/** It has a shell, which images without a distribution lack. */
const OFFICIAL_IMAGE = 'quay.io/prometheus/memcached-exporter:v0.16.0';

/**
 * The Prometheus exporters of a cluster: one beside each node, and beside each of memcached's own proxies.
 *
 * The exporter of a proxy shows the proxy's connections; the exporters of the nodes show reads and writes. HAProxy has metrics
 * of its own; twemproxy, mcrouter and nginx have none.
 */
export class PrometheusExporter {
  /** The official image of the memcached exporter at quay.io, pinned to an exact release. */
  public static official(): PrometheusExporter {
    return new PrometheusExporter(OFFICIAL_IMAGE);
  }

  /**
   * An image in a registry that needs no login. It must hold `memcached_exporter`, `sh`, `awk` and `mkfifo`.
   *
   * @param image registry, repository and tag or digest
   */
  public static fromRegistry(image: string): PrometheusExporter {
    return new PrometheusExporter(knownImageName(image));
  }

  private constructor(
    /** The image, as `docker run` takes it. */
    public readonly imageUri: string,
  ) {}
}

/** The process to be exported. */
interface Exported {
  readonly port: number;
  readonly prometheus?: PrometheusExporter;
}

/** The exporter of the memcached process beside it; none unless the cluster asks for one. */
export function memcachedExporter({ port, prometheus }: Exported, role: CacheRole): ExporterSpecification | undefined {
  if (!prometheus) return undefined;
  if (port === EXPORTER_PORT) {
    throw inputError({
      got: `port is ${EXPORTER_PORT}`,
      expected: 'another one',
      advice: 'the exporters for Prometheus take it; choose another port, or leave prometheus out',
    });
  }
  const { imageUri } = prometheus;
  return {
    process: 'memcached_exporter',
    role,
    image: ecs.ContainerImage.fromRegistry(imageUri),
    imageUri,
    memoryLimitMiB: 64,
    command: `exec memcached_exporter --memcached.address=127.0.0.1:${port} --web.listen-address=:${EXPORTER_PORT}`,
    port: EXPORTER_PORT,
    healthProbe: `wget -q -T 2 -O /dev/null http://127.0.0.1:${EXPORTER_PORT}/metrics`,
  };
}
