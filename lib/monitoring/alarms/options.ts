import type { CacheAlarmOptions } from '../../interfaces/alarm-options';

/**
 * The alarms of a cluster. Each can be tuned or switched off. Two composite alarms, `CacheDegraded` and `CacheDown`, combine
 * them, so that you get one page and not thirty.
 */
export interface CacheAlarmsOptions {
  /**
   * `CanaryFailing` (down): the probe cannot store and read a value through the endpoint, as a client would, not even after one
   * reconnect. A deployment of the proxies during which it fires is rolled back. Threshold: the number of successes in a
   * minute, 0 or 1, below which the alarm fires.
   *
   * @default - below 1 for 3 minutes: a lost proxy is withdrawn after 10 seconds, so three failures in a row are no coincidence
   */
  readonly canaryFailing?: CacheAlarmOptions;

  /**
   * `NoNodeReachable` (degraded; down where there is no canary): no node answers the probe. Threshold: the share of the nodes
   * that answer, from 0 to 1, at or below which it fires.
   *
   * @default - 0 for 2 minutes
   */
  readonly noNodeReachable?: CacheAlarmOptions;

  /**
   * `NoHealthyTarget` (degraded; down where there is no canary, or while its probe is silent): no target of the load balancer
   * is healthy. Threshold: the number of healthy targets below which it fires.
   *
   * @default - below 1 for 2 minutes
   */
  readonly noHealthyTarget?: CacheAlarmOptions;

  /**
   * `ZoneXNodeUnreachable`, one alarm for each zone (`NodeUnreachable` with metricDetail CLUSTER): a node does not answer the
   * probe. Threshold: the share of the zone's nodes that answer, from 0 to 1, below which it fires.
   *
   * @default - below 1 for 5 of 10 minutes: a lost task or machine is replaced within a few minutes, and one that never
   * finishes starting answers now and then
   */
  readonly nodeUnreachable?: CacheAlarmOptions;

  /**
   * `ZoneXDown`, one alarm for each zone unless metricDetail is CLUSTER: none of the zone's nodes answers the probe.
   * Threshold: the share of the zone's nodes that answer, from 0 to 1, at or below which it fires.
   *
   * @default - 0 for 5 of 10 minutes, like nodeUnreachable: an update replaces all nodes of a zone at once
   */
  readonly zoneDown?: CacheAlarmOptions;

  /**
   * `ZoneXNodeLost`, one alarm for up to ten nodes of a zone: the machine or task of a node is not in service. You cannot set
   * its threshold.
   *
   * @default - for 5 of 10 minutes, like nodeUnreachable
   */
  readonly nodeLost?: CacheAlarmOptions;

  /**
   * `ProxiesMissing`: fewer proxies answer the probe than the service keeps. The alarm is made for up to eight proxies,
   * because Route 53 answers with eight addresses at a time; with more, the alarms on targets cover the case. Threshold: the
   * number of proxies below which it fires.
   *
   * @default - below the fewest proxies that the service keeps, for 5 of 10 minutes: ECS replaces a lost one within a few
   * minutes
   */
  readonly proxiesMissing?: CacheAlarmOptions;

  /**
   * `ProbeSilent`: the probe publishes nothing, so none of the alarms on its metrics can fire. Threshold: the number of times
   * in a minute that the probe publishes its metrics, below which it fires.
   *
   * @default - below 1 for 5 minutes
   */
  readonly probeSilent?: CacheAlarmOptions;

  /**
   * `HitRatioLow`: so many reads miss that the cache saves little work. Threshold: the share of the nodes' reads that hit,
   * from 0 to 1, below which it fires. Raise it to what your application needs.
   *
   * @default - the ratio that the nodes have when clients find half of what they read, for 15 minutes: 0.5 where each key has
   * its own node; 1 / (1 + the number of zones) where a read that misses is sent to every zone (0.25 with three); half of 1 / N
   * where a read is sent to any of N nodes
   */
  readonly hitRatioLow?: CacheAlarmOptions;

  /**
   * `HitRatioFalling`: the hit ratio is lower than this cluster usually has at this time of day, by CloudWatch's anomaly
   * detection. It is in neither composite alarm, because the expected band is narrow for a ratio that hardly moves: add
   * actions to the alarm itself if you want to be notified. Threshold: how many standard deviations below.
   *
   * @default - 3 for 15 minutes: 2 would be reached by chance every few hours. CloudWatch learns for up to two weeks
   */
  readonly hitRatioFalling?: CacheAlarmOptions;

  /**
   * `Evictions`: nodes remove items that have not expired, because memory is full. Threshold: items per second in all.
   *
   * @default - 10 for 15 minutes: a cache that holds its working set evicts almost nothing. A cache that is meant to be full
   * evicts all the time: switch the alarm off and watch the hit ratio
   */
  readonly evictions?: CacheAlarmOptions;

  /**
   * `MemoryFull`: the fullest node is about to evict. Threshold: the share of its memory that items use, from 0 to 1.
   *
   * @default - 0.9 for 15 minutes: memory is divided into classes of item sizes, and some of them are full by then
   */
  readonly memoryFull?: CacheAlarmOptions;

  /**
   * `ConnectionsNearLimit`: the node with the most connections can accept few more. Threshold: the share of
   * `maxConnections` that is open, from 0 to 1.
   *
   * @default - 0.8 for 5 minutes: the rest is used up at once when a proxy is replaced and clients reconnect
   */
  readonly connectionsNearLimit?: CacheAlarmOptions;

  /**
   * `ConnectionsRejected`: a node reached its connection limit and refused others. Threshold: refusals per second, above
   * which it fires.
   *
   * @default - above 0 for 3 of 10 minutes: once can be a burst of clients that reconnect
   */
  readonly connectionsRejected?: CacheAlarmOptions;

  /**
   * `ListenDisabled`: a node reached its connection limit and let others wait, as memcached does when it is started with
   * `-o no_maxconns_fast`. Threshold: times per second, above which it fires.
   *
   * @default - above 0 for 3 of 10 minutes: once can be a burst of clients that reconnect
   */
  readonly listenDisabled?: CacheAlarmOptions;

  /**
   * `HealthyTargetsBelowQuorum`: no more than half of the targets behind the endpoint are healthy. Threshold: the number of
   * healthy targets below which it fires.
   *
   * @default - below a majority of the fewest targets that there should be, for 2 minutes
   */
  readonly healthyTargetsBelowQuorum?: CacheAlarmOptions;

  /**
   * `UnhealthyTargets`: a target fails its health checks and is not replaced. Threshold: the number of unhealthy targets at
   * which it fires.
   *
   * @default - 1 for 5 minutes
   */
  readonly unhealthyTargets?: CacheAlarmOptions;

  /**
   * `ZoneXWithoutHealthyTarget`, one alarm for each zone: the zone has no healthy target, so its clients are served from other
   * zones. Threshold: the number of the zone's healthy targets below which it fires.
   *
   * @default - below 1 for 3 minutes, or for 2 with `ClientAffinity.ZONE`: clients are then not served until DNS sends them to
   * other zones
   */
  readonly zoneWithoutHealthyTarget?: CacheAlarmOptions;

  /**
   * `TargetResets`: targets end connections with a reset. Threshold: resets a minute.
   *
   * @default - 100 for 5 minutes: a proxy that is replaced resets its connections once; targets that reset connections for
   * minutes are overloaded, or restart again and again
   */
  readonly targetResets?: CacheAlarmOptions;

  /**
   * `LoadBalancerResets`: the load balancer ends connections with a reset. Threshold: resets a minute.
   *
   * @default - 100 for 5 minutes: the connections of a lost target are reset once; resets for minutes mean that targets come
   * and go
   */
  readonly loadBalancerResets?: CacheAlarmOptions;

  /**
   * `PortAllocationErrors`: the load balancer has no port left to reach a target, and refuses clients. Threshold: errors a
   * minute.
   *
   * @default - 1 for 3 of 5 minutes: each error is a refused client; more targets help
   */
  readonly portAllocationErrors?: CacheAlarmOptions;

  /**
   * `UnhealthyRouting`: the load balancer sends connections to targets that fail their health checks, because too few others
   * are left. Threshold: connections a minute.
   *
   * @default - 1 for 2 minutes
   */
  readonly unhealthyRouting?: CacheAlarmOptions;

  /**
   * `ProxyCpu`: the proxies are busy although scaling has had time to add more. Threshold: CPU utilization in percent, on
   * average.
   *
   * @default - 80 for 10 minutes: proxies scale at 50
   */
  readonly proxyCpu?: CacheAlarmOptions;

  /**
   * `ProxyMemory`: the proxies are about to be killed for their memory. Threshold: memory utilization in percent, on average.
   *
   * @default - 80 for 10 minutes: memory use grows with connections and large values, and scaling does not react to it
   */
  readonly proxyMemory?: CacheAlarmOptions;

  /**
   * `CopiesDiffer`: zones hold different values under the same key, and no write is on its way that will change that, so
   * clients of one zone read an old value. Threshold: the share of the compared keys that differ, from 0 to 1, above which it
   * fires.
   *
   * @default - above 0 in 3 of 10 minutes: after a fault proxies delete old copies within seconds
   */
  readonly copiesDiffer?: CacheAlarmOptions;

  /**
   * `DebtsStayOwed`, with memcached's proxy: proxies failed to write keys to a node and have not yet deleted the old values
   * there, although every node answers the probe. The proxies do not read from that node, and their deletes do not get through
   * to it. While a node does not answer, such debts are expected, and `ZoneXNodeUnreachable` fires. Threshold: the number of
   * keys owed in all, above which it fires.
   *
   * @default - above 0 for 5 minutes: proxies delete these keys within seconds of a node's return
   */
  readonly debtsStayOwed?: CacheAlarmOptions;

  /**
   * `ProxyZoneUnknown`: a proxy started without learning its zone from ECS, so it reads from the first zone wherever it runs.
   * The proxy serves, but across zones: replace it. Threshold: the number of such proxies in a minute.
   *
   * @default - 1 at once: a proxy logs it once, when it starts
   */
  readonly proxyZoneUnknown?: CacheAlarmOptions;

  /**
   * `CertificateRefused`, with `CacheTls.proxy`: a proxy refuses the certificate in its secret, and goes on with the previous
   * one until that expires. Threshold: the number of such refusals in a minute.
   *
   * @default - 1 at once; the alarm then lasts for an hour, by which time the secret is read again
   */
  readonly certificateRefused?: CacheAlarmOptions;
}
