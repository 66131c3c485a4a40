import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { ExporterSpecification } from './specification';
import type { CacheContext } from '../context/cache-context';

/** Where the exporter serves `/metrics`. */
export const EXPORTER_PORT = 9150;

/** It has a shell, which images without a distribution lack. */
const OFFICIAL_IMAGE = 'quay.io/prometheus/memcached-exporter:v0.16.0';

/** The process that tells Prometheus of the memcached beside it; none unless the cluster asks for it. */
export function memcachedExporter(context: CacheContext, role: string): ExporterSpecification | undefined {
  if (!context.prometheus) return undefined;
  if (context.port === EXPORTER_PORT) {
    throw new Error(
      `port is ${EXPORTER_PORT}, expected another one: the exporters for Prometheus take it; choose another port, or ` +
        'leave prometheus out',
    );
  }
  const imageUri = context.prometheus.exporterImage ?? OFFICIAL_IMAGE;
  return {
    process: 'memcached_exporter',
    role,
    image: ecs.ContainerImage.fromRegistry(imageUri),
    imageUri,
    memoryMiB: 64,
    command: `exec memcached_exporter --memcached.address=127.0.0.1:${context.port} --web.listen-address=:${EXPORTER_PORT}`,
    port: EXPORTER_PORT,
    healthProbe: `wget -q -T 2 -O /dev/null http://127.0.0.1:${EXPORTER_PORT}/metrics`,
  };
}
