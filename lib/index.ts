export * from './cluster/cluster';
export type { IMemcachedCluster } from './cluster/base';
export * from './context/cache-context';
export { CacheTag } from './contract/tags';
export type { FargateTaskSize } from './containers/fargate-task';
export { MemcachedImage } from './containers/memcached-image';
export type { MemcachedClusterAttributes } from './cluster/imported';
export { Endpoint } from './network/endpoint';
export * from './network/load-balancer';
export * from './nodes';
export type { CacheAlarmOptions, CacheAlarmsProps } from './monitoring/alarms/options';
export { CacheDashboard, type CacheDashboardProps } from './monitoring/dashboard/dashboard';
export { MetricDetail } from './metrics/detail';
export type { MonitoringProps } from './monitoring/props';
export type { IMemcachedMetrics } from './metrics/node-metrics';
export {
  CachePrometheus,
  type CachePrometheusProps,
  type PrometheusProps,
  type PrometheusProxies,
} from './monitoring/prometheus';
export * from './routing';
export * from './stack';
export { CacheTimeouts, type CacheTimeoutsProps } from './context/timeouts';
export * from './context/topology';
