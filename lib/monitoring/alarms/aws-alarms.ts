import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM, zoneAlarmId } from '../../contract/alarm-ids';
import { EACH_MINUTE, type MetricFactory } from '../../metrics/factory';
import type { ClusterFacts, NodeFacts } from '../../metrics/facts';
import type { AlarmSpecification } from './specification';

/** A metric alarm takes at most ten factory. */
const METRICS_IN_AN_ALARM = 10;

const { NOT_BREACHING, BREACHING } = cloudwatch.TreatMissingData;
const { MINIMUM, MAXIMUM, SUM, AVERAGE } = cloudwatch.Stats;

/** The alarms on the metrics of the load balancer, the proxies' service and the nodes' machines or tasks. */
export function awsAlarms(factory: MetricFactory, facts: ClusterFacts): AlarmSpecification[] {
  const { loadBalancer, hasService } = facts;
  return [
    ...(loadBalancer?.minTargets === undefined ? [] : balancerAlarms(factory, facts, loadBalancer.minTargets)),
    ...(hasService ? proxyAlarms(factory, facts) : []),
    ...nodeAlarms(facts),
  ];
}

function balancerAlarms(
  factory: MetricFactory,
  { zones, hasEndpoint, loadBalancer }: ClusterFacts,
  minTargets: number,
): AlarmSpecification[] {
  const endpoint = hasEndpoint ? 'memcached endpoint' : 'memcached configuration endpoint';
  const crosses = loadBalancer?.crossesZones !== false;
  // Each node of the load balancer counts for itself: what all of them see is the highest count of healthy targets. Where load
  // balancing does not cross zones, each counts those of its own zone.
  const inZone = (name: string, statistic: string, zone?: string): cloudwatch.IMetric =>
    factory.targets(name, statistic, zone, EACH_MINUTE);
  const inAll = (name: string, statistic: string): cloudwatch.IMetric =>
    crosses
      ? inZone(name, statistic)
      : sumOf(zones.map(({ label, availabilityZone }) => [label, inZone(name, statistic, availabilityZone)]));
  const healthy = inAll('HealthyHostCount', MAXIMUM);
  const counted = (name: string): cloudwatch.IMetric => factory.loadBalancer(name, SUM, EACH_MINUTE);
  return [
    {
      id: ALARM.noHealthyTarget,
      option: 'noHealthyTarget',
      metric: healthy,
      description: (threshold) => `Fewer than ${threshold} targets of the ${endpoint} are healthy`,
      comparison: 'below',
      threshold: 1,
      range: { lowest: 0, highest: minTargets },
      minutes: 2,
      // A load balancer that reports nothing is as bad as one without targets.
      missing: BREACHING,
      severity: hasEndpoint ? 'down' : 'degraded',
    },
    {
      id: ALARM.healthyTargetsBelowQuorum,
      option: 'healthyTargetsBelowQuorum',
      metric: healthy,
      description: (quorum) =>
        `Fewer than ${quorum} targets of the ${endpoint} are healthy: the next loss can take it down`,
      comparison: 'below',
      threshold: Math.floor(minTargets / 2) + 1,
      range: { lowest: 0, highest: minTargets },
      minutes: 2,
      missing: BREACHING,
      severity: 'degraded',
    },
    {
      id: ALARM.unhealthyTargets,
      option: 'unhealthyTargets',
      metric: inAll('UnHealthyHostCount', MINIMUM),
      description: () => `A target of the ${endpoint} fails its health checks and has not been replaced`,
      comparison: 'atLeast',
      threshold: 1,
      range: { lowest: 0 },
      minutes: 5,
      missing: NOT_BREACHING,
      severity: 'degraded',
    },
    ...zones.map(({ label, availabilityZone }): AlarmSpecification => ({
      id: zoneAlarmId(label, 'WithoutHealthyTarget'),
      option: 'zoneWithoutHealthyTarget',
      metric: inZone('HealthyHostCount', MAXIMUM, availabilityZone),
      description: (threshold) =>
        `Zone ${label} of the ${endpoint} has fewer than ${threshold} healthy targets: its clients ` +
        (crosses ? 'cross zones' : 'are not served until DNS sends them to other zones'),
      comparison: 'below',
      threshold: 1,
      range: { lowest: 0 },
      minutes: crosses ? 3 : 2,
      missing: BREACHING,
      severity: 'degraded',
    })),
    // What follows is published only when it is not zero.
    {
      id: ALARM.targetResets,
      option: 'targetResets',
      metric: counted('TCP_Target_Reset_Count'),
      description: (threshold) => `Targets of the ${endpoint} reset ${threshold} or more connections a minute`,
      comparison: 'atLeast',
      threshold: 100,
      range: { lowest: 0 },
      minutes: 5,
      missing: NOT_BREACHING,
      severity: 'degraded',
    },
    {
      id: ALARM.loadBalancerResets,
      option: 'loadBalancerResets',
      metric: counted('TCP_ELB_Reset_Count'),
      description: (threshold) => `The ${endpoint} resets ${threshold} or more connections a minute`,
      comparison: 'atLeast',
      threshold: 100,
      range: { lowest: 0 },
      minutes: 5,
      missing: NOT_BREACHING,
      severity: 'degraded',
    },
    {
      id: ALARM.portAllocationErrors,
      option: 'portAllocationErrors',
      metric: counted('PortAllocationErrorCount'),
      description: () => `The ${endpoint} has no port left to reach a target: it needs more targets`,
      comparison: 'atLeast',
      threshold: 1,
      range: { lowest: 0 },
      minutes: 3,
      withinMinutes: 5,
      missing: NOT_BREACHING,
      severity: 'degraded',
    },
    {
      id: ALARM.unhealthyRouting,
      option: 'unhealthyRouting',
      metric: counted('UnhealthyRoutingFlowCount'),
      description: () => `The ${endpoint} sends connections to unhealthy targets, because it has too few others`,
      comparison: 'atLeast',
      threshold: 1,
      range: { lowest: 0 },
      minutes: 2,
      missing: NOT_BREACHING,
      severity: 'degraded',
    },
  ];
}

/** A zone that reports nothing has nothing to count. */
function sumOf(zones: [string, cloudwatch.IMetric][]): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: zones.map(([label]) => `FILL(${label}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(zones),
    label: 'All zones',
    ...EACH_MINUTE,
  });
}

function proxyAlarms(factory: MetricFactory, { hasEndpoint }: ClusterFacts): AlarmSpecification[] {
  const proxies = hasEndpoint ? 'memcached proxies' : 'processes behind the memcached configuration endpoint';
  const common = {
    comparison: 'atLeast',
    threshold: 80,
    range: { lowest: 0, highest: 100 },
    minutes: 10,
    // Without proxies there is no utilization; the alarms on targets fire then.
    missing: NOT_BREACHING,
    severity: 'degraded',
  } as const;
  return [
    {
      ...common,
      id: ALARM.proxyCpu,
      option: 'proxyCpu',
      metric: factory.proxyService('CPUUtilization', AVERAGE, EACH_MINUTE),
      description: (percent) => `The ${proxies} use ${percent} % CPU or more and scaling has not relieved them`,
    },
    {
      ...common,
      id: ALARM.proxyMemory,
      option: 'proxyMemory',
      metric: factory.proxyService('MemoryUtilization', AVERAGE, EACH_MINUTE),
      description: (percent) => `The ${proxies} use ${percent} % of their memory or more: give them more`,
    },
  ];
}

/** One alarm for ten nodes of a zone: a hundred nodes do not make a hundred alarms. */
function nodeAlarms({ zones, nodes }: ClusterFacts): AlarmSpecification[] {
  return zones.flatMap((zone) => {
    const ofZone = nodes.filter(({ zoneLabel }) => zoneLabel === zone.label);
    const groups = Math.ceil(ofZone.length / METRICS_IN_AN_ALARM);
    return Array.from({ length: groups }, (_, i): AlarmSpecification => {
      const group = ofZone.slice(i * METRICS_IN_AN_ALARM, (i + 1) * METRICS_IN_AN_ALARM);
      const names = group.map(({ name }) => name).join(', ');
      return {
        id: `${zoneAlarmId(zone.label, 'NodeLost')}${i === 0 ? '' : i + 1}`,
        option: 'nodeLost',
        metric: inServiceCount(group),
        description: () => `A memcached node of zone ${zone.label} is lost and has not been replaced: one of ${names}`,
        comparison: 'below',
        threshold: group.length,
        minutes: 5,
        // A machine that never finishes its start is in service now and then.
        withinMinutes: 10,
        missing: BREACHING,
        severity: 'degraded',
      };
    });
  });
}

/**
 * How many of the nodes are in service. A node that reports nothing counts as lost, and one whose deployment runs two tasks
 * counts as one: it does not make up for another.
 */
function inServiceCount(nodes: readonly NodeFacts[]): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: nodes.map(({ name }) => `IF(FILL(${name}, 0) > 0, 1, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(nodes.map(({ name, inServiceMetric }) => [name, inServiceMetric!])),
    label: 'Nodes in service',
    ...EACH_MINUTE,
  });
}
