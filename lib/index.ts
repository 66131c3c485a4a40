export * from './cluster';
export type { IMemcachedCluster } from './cluster-base';
export * from './context';
export type { FargateTaskSize } from './fargate-task';
export { MemcachedImage } from './image';
export type { MemcachedClusterAttributes } from './imported-cluster';
export { Endpoint } from './network/endpoint';
export * from './network/load-balancer';
export * from './nodes';
export type { CacheAlarmOptions, CacheAlarmsProps } from './observability/alarm-options';
export { CacheDashboard, type CacheDashboardProps } from './observability/dashboard';
export { MetricDetail } from './observability/metric-detail';
export type { MonitoringProps } from './observability/monitoring-props';
export type { IMemcachedMetrics } from './observability/observed';
export {
  CachePrometheus,
  type CachePrometheusProps,
  type PrometheusProps,
  type PrometheusProxies,
} from './observability/prometheus';
export * from './routing';
export * from './stack';
export { CacheTimeouts, type CacheTimeoutsProps } from './timeouts';
export * from './topology';
