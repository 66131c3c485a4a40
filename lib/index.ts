export * from './cluster/cluster';
export type { MemcachedClusterAttributes } from './cluster/imported';
export type { SidecarAttributes } from './cluster/imported-sidecars';
export type { MemcachedClusterOptions } from './cluster/options';
export { ContainerCommands } from './containers/container-commands';
export { PrometheusExporter } from './containers/exporter';
export type { FargateTaskSizeOptions } from './containers/fargate-task-size';
export { MemcachedImage } from './containers/memcached-image';
export * from './containers/specification';
export * from './context/cache-context';
export { ClientAffinity } from './context/client-affinity';
export type { ProxyContext } from './context/proxy-context';
export { CacheTimeouts, type CacheTimeoutsOptions } from './context/timeouts';
export {
  CacheTls,
  type CacheAccessLogs,
  type CacheTlsOptions,
  type LoadBalancerTlsOptions,
  type ProxyTlsOptions,
} from './context/tls';
export * from './context/topology';
export { CacheRole } from './contract/roles';
export * from './contract/proxy-statistics';
export { CacheTag } from './contract/tags';
export { CacheTopologyKind } from './contract/topology-kind';
export type { CacheAlarmOptions } from './interfaces/alarm-options';
export * from './interfaces/memcached-cluster';
export * from './interfaces/memcached-node';
export * from './interfaces/proxy-sidecar';
export type { IMemcachedClusterMetrics } from './metrics/cluster-metrics';
export { CacheMetricDetail } from './contract/metric-detail';
export type { ICacheLoadBalancerMetrics } from './metrics/load-balancer-metrics';
export type { IMemcachedNodeMetrics } from './metrics/node-metrics';
export type { IProxyMetrics } from './metrics/proxy-metrics';
export type { IProxyStatistics } from './metrics/proxy-statistics';
export type { IProxySidecarMetrics } from './metrics/sidecar-metrics';
export { ReadRouting } from './metrics/read-routing';
export type { CacheAlarmsOptions } from './monitoring/alarms/options';
export { CacheDashboard, type CacheDashboardProps } from './monitoring/dashboard/dashboard';
export type { CacheMonitoringOptions } from './monitoring/options';
export * from './monitoring/prometheus';
export { Endpoint } from './network/endpoint';
export type { EndpointServiceOptions } from './network/endpoint-service';
export type { TargetTlsPorts } from './network/listeners';
export * from './network/load-balancer';
export * from './nodes';
export * from './routing';
export * from './stack';
