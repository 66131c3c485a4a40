/** What the alarms of a cluster as a whole are called within it. */
export const ALARM = {
  cacheDown: 'CacheDown',
  cacheDegraded: 'CacheDegraded',
  canaryFailing: 'CanaryFailing',
  noNodeReachable: 'NoNodeReachable',
  nodeUnreachable: 'NodeUnreachable',
  proxiesMissing: 'ProxiesMissing',
  probeSilent: 'ProbeSilent',
  hitRatioLow: 'HitRatioLow',
  hitRatioFalling: 'HitRatioFalling',
  evictions: 'Evictions',
  memoryFull: 'MemoryFull',
  connectionsNearLimit: 'ConnectionsNearLimit',
  connectionsRejected: 'ConnectionsRejected',
  listenDisabled: 'ListenDisabled',
  noHealthyTarget: 'NoHealthyTarget',
  healthyTargetsBelowQuorum: 'HealthyTargetsBelowQuorum',
  unhealthyTargets: 'UnhealthyTargets',
  targetResets: 'TargetResets',
  loadBalancerResets: 'LoadBalancerResets',
  portAllocationErrors: 'PortAllocationErrors',
  unhealthyRouting: 'UnhealthyRouting',
  proxyCpu: 'ProxyCpu',
  proxyMemory: 'ProxyMemory',
  copiesDiffer: 'CopiesDiffer',
  debtsStayOwed: 'DebtsStayOwed',
  proxyZoneUnknown: 'ProxyZoneUnknown',
  certificateRefused: 'CertificateRefused',
  clientErrors: 'ClientErrors',
} as const;

/** The name of an alarm that others refer to before it is made: unique within an account and region, as the cluster's is. */
export const alarmNameOf = (clusterName: string, id: string): string => `${clusterName}-${id}`;

/** What there is an alarm for in each zone. */
export type ZoneAlarm = 'NodeUnreachable' | 'Down' | 'NodeLost' | 'WithoutHealthyTarget';

/** What the alarm of a zone is called, by the zone's letter: `ZoneADown`. */
export function zoneAlarmId(zone: string, alarm: ZoneAlarm): string {
  return `Zone${zone.toUpperCase()}${alarm}`;
}

/** The letter, in capitals, of the zone that an alarm is of; none for an alarm of the whole cluster. */
export function zoneOfAlarm(id: string): string | undefined {
  return /^Zone([A-Z])/.exec(id)?.[1];
}
