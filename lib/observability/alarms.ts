import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IDependable } from 'constructs';
import type { MemcachedNode } from '../nodes/node';
import type { CacheZone } from '../topology';
import { knownInteger } from '../validation';
import type { MetricFactory } from './metrics';

/** Thresholds of a cluster's alarms. */
export interface CacheAlarmsProps {
  /**
   * Healthy targets behind the endpoint, below which the tier has lost its majority.
   *
   * @default - more than half of the fewest targets
   */
  readonly minHealthyTargets?: number;

  /**
   * CPU utilization of the proxies, in percent, above which they no longer keep up with scaling.
   *
   * @default 80
   */
  readonly proxyCpuUtilizationPercent?: number;
}

/** What the alarms watch. */
export interface CacheAlarmsTargets {
  readonly metrics: MetricFactory;
  readonly zones: CacheZone[];
  readonly nodes: MemcachedNode[];
  /** The fewest targets behind the load balancer; none without one. */
  readonly minTargets?: number;
  readonly hasProxies: boolean;
  /** What has to exist before the cluster answers. */
  readonly ready: IDependable[];
}

/** All the metrics are published each minute, and the alarms count in minutes. */
const EACH_MINUTE = { period: Duration.minutes(1) };

/** A metric alarm takes at most ten metrics. */
const METRICS_IN_AN_ALARM = 10;

/** The alarms of a cluster. */
export class CacheAlarms extends Construct {
  /** All of them. */
  public readonly alarms: cloudwatch.Alarm[] = [];

  private readonly targets: CacheAlarmsTargets;

  constructor(scope: Construct, id: string, targets: CacheAlarmsTargets, props: CacheAlarmsProps = {}) {
    super(scope, id);
    this.targets = targets;
    if (targets.minTargets !== undefined) this.addTargetAlarms(targets.minTargets, props.minHealthyTargets);
    if (targets.hasProxies) this.addProxyAlarm(props.proxyCpuUtilizationPercent);
    this.addNodeAlarms();
  }

  /** Adds actions to every alarm. */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    this.alarms.forEach((alarm) => alarm.addAlarmAction(...actions));
  }

  private addTargetAlarms(minTargets: number, minHealthyTargets = Math.floor(minTargets / 2) + 1): void {
    const { metrics, zones } = this.targets;
    const quorum = knownInteger('minHealthyTargets', minHealthyTargets, {
      min: 1,
      max: minTargets,
      advice: `below one it cannot fire, and above the fewest targets (${minTargets}) it never ceases`,
    });
    const { MINIMUM, MAXIMUM } = cloudwatch.Stats;
    this.add('HealthyTargetsBelowQuorum', metrics.targets('HealthyHostCount', MINIMUM, undefined, EACH_MINUTE), {
      description: `Fewer than ${quorum} targets of the memcached endpoint are healthy: the next loss can take it down`,
      lessThan: quorum,
      minutes: 2,
      // A load balancer that reports nothing is as bad as one without targets.
      missing: cloudwatch.TreatMissingData.BREACHING,
    });
    this.add('UnhealthyTargets', metrics.targets('UnHealthyHostCount', MAXIMUM, undefined, EACH_MINUTE), {
      description: 'A target of the memcached endpoint fails its health checks and has not been replaced',
      atLeast: 1,
      minutes: 5,
      missing: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    for (const { label, availabilityZone } of zones) {
      this.add(
        `Zone${label.toUpperCase()}WithoutHealthyTarget`,
        metrics.targets('HealthyHostCount', MINIMUM, availabilityZone, EACH_MINUTE),
        {
          description: `Zone ${label} of the memcached endpoint has no healthy target: its clients cross zones`,
          lessThan: 1,
          minutes: 3,
          missing: cloudwatch.TreatMissingData.BREACHING,
        },
      );
    }
  }

  private addProxyAlarm(percent = 80): void {
    const average = cloudwatch.Stats.AVERAGE;
    this.add('ProxyCpu', this.targets.metrics.proxyService('CPUUtilization', average, EACH_MINUTE), {
      description: `The memcached proxies use more than ${percent} % CPU and scaling has not relieved them`,
      atLeast: knownInteger('proxyCpuUtilizationPercent', percent, { min: 1, max: 100, advice: 'it is a percentage' }),
      minutes: 10,
      // Without proxies there is no utilization; the alarms on targets tell.
      missing: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** One alarm for ten nodes of a zone: a hundred nodes do not make a hundred alarms. */
  private addNodeAlarms(): void {
    for (const zone of this.targets.zones) {
      const nodes = this.targets.nodes.filter((node) => node.zone === zone);
      for (let from = 0; from < nodes.length; from += METRICS_IN_AN_ALARM) {
        const group = nodes.slice(from, from + METRICS_IN_AN_ALARM);
        const number = from === 0 ? '' : String(from / METRICS_IN_AN_ALARM + 1);
        const names = group.map(({ name }) => name);
        this.add(`Zone${zone.label.toUpperCase()}NodeLost${number}`, inServiceCount(group), {
          description: `A memcached node of zone ${zone.label} is lost and has not been replaced: one of ${names.join(', ')}`,
          lessThan: group.length,
          minutes: 5,
          // A machine that never finishes its start is in service now and then.
          withinMinutes: 10,
          missing: cloudwatch.TreatMissingData.BREACHING,
        });
      }
    }
  }

  private add(id: string, metric: cloudwatch.IMetric, bounds: AlarmBounds): void {
    const below = bounds.lessThan !== undefined;
    const alarm = new cloudwatch.Alarm(this, id, {
      metric,
      alarmDescription: bounds.description,
      threshold: (below ? bounds.lessThan : bounds.atLeast)!,
      comparisonOperator: below
        ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: bounds.withinMinutes ?? bounds.minutes,
      datapointsToAlarm: bounds.minutes,
      treatMissingData: bounds.missing,
      actionsEnabled: true,
    });
    // Before the cluster answers for the first time, nothing is wrong.
    alarm.node.addDependency(...this.targets.ready);
    this.alarms.push(alarm);
  }
}

interface AlarmBounds {
  readonly description: string;
  readonly lessThan?: number;
  readonly atLeast?: number;
  /** How long it lasts before the alarm: the time a replacement takes, so that a loss that heals pages nobody. */
  readonly minutes: number;
  /** Within how many minutes it has to last so long in all; at a stretch when not given. */
  readonly withinMinutes?: number;
  readonly missing: cloudwatch.TreatMissingData;
}

/** How many of the nodes are in service. A node that reports nothing counts as lost. */
function inServiceCount(nodes: MemcachedNode[]): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: nodes.map(({ name }) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(nodes.map(({ name, inServiceMetric }) => [name, inServiceMetric])),
    label: 'Nodes in service',
    ...EACH_MINUTE,
  });
}
