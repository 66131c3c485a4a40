import type { CacheContext } from '../context/cache-context';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';
import type { ClusterFacts } from '../metrics/facts';
import { homeOf, nameGivenByAws } from '../metrics/home';
import type { MemcachedNodeFleet } from '../nodes/node';
import type { RoutingConfig } from '../routing/strategy';

/** What is known of a cluster that is made here. */
export function factsOfMade(
  context: CacheContext,
  { nodes }: MemcachedNodeFleet,
  routing: RoutingConfig,
): ClusterFacts {
  const { endpoint, proxies, reads } = routing;
  const discovery = routing.discovery?.configurationEndpoint;
  const loadBalancer = routing.loadBalancer ?? discovery?.loadBalancer;
  const { service, minCount = nodes.length } = proxies ?? discovery ?? {};
  return {
    names: {
      ...homeOf(context),
      clusterName: context.clusterName,
      loadBalancerFullName: nameGivenByAws(context, loadBalancer?.loadBalancer.loadBalancerFullName),
      targetGroupFullName: nameGivenByAws(context, loadBalancer?.targetGroup.targetGroupFullName),
      ecsClusterName: nameGivenByAws(context, service?.cluster.clusterName),
      proxyServiceName: nameGivenByAws(context, service?.serviceName),
    },
    namedByAws: true,
    probed: context.probe,
    detail: context.metricDetail,
    latencyByOutcome: context.latencyByOutcome,
    zones: context.zones,
    nodes,
    hasEndpoint: endpoint !== undefined,
    loadBalancer: loadBalancer && { minTargets: minCount, crossesZones: loadBalancer.crossesZones },
    hasService: service !== undefined,
    proxies: proxies && {
      minCount: proxies.minCount,
      countErrors: proxies.statistics !== undefined,
      countDebts: proxies.statistics?.engine === ProxyStatisticsEngine.MEMCACHED,
    },
    sidecarsOnly: routing.engine !== undefined && endpoint === undefined,
    reads,
  };
}
