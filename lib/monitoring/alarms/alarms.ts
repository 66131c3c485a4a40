import { Tags, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IDependable } from 'constructs';
import { CacheTag } from '../../contract/tags';
import type { CacheAlarmOptions, CacheAlarmsProps } from './options';
import { knownMinutes } from '../../validation';
import { OPERATORS, type AlarmSpecification, type Severity } from './specification';

/** The alarms of a cluster: those that watch, and two that page. */
export class CacheAlarms extends Construct {
  /** Clients are not served; none when each of the alarms behind it is switched off. */
  public readonly down?: cloudwatch.CompositeAlarm;

  /** Something is wrong that clients may not notice yet; none when each of the alarms behind it is switched off. */
  public readonly degraded?: cloudwatch.CompositeAlarm;

  /** What the two are made of. */
  public readonly alarms: cloudwatch.Alarm[] = [];

  /**
   * @param clusterName in the names of the composite alarms, which would be the same in every stack that is made alike
   * @param ready what has to exist before the cluster answers
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly clusterName: string,
    specifications: AlarmSpecification[],
    private readonly ready: IDependable[],
    props: CacheAlarmsProps = {},
  ) {
    super(scope, id);
    const made: Record<Severity, cloudwatch.Alarm[]> = { down: [], degraded: [], notice: [] };
    for (const specification of specifications) {
      const options = props[specification.option] ?? {};
      if (options.enabled === false) continue;
      made[specification.severity].push(this.add(specification, options));
    }
    this.alarms.push(...made.down, ...made.degraded, ...made.notice);
    this.down = this.compose('CacheDown', 'The memcached cluster does not serve its clients', made.down);
    this.degraded = this.compose(
      'CacheDegraded',
      'Something is wrong with the memcached cluster that its clients may not notice yet',
      made.degraded,
      this.down,
    );
  }

  /** Adds actions to the composite alarms. */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    for (const alarm of [this.down, this.degraded]) alarm?.addAlarmAction(...actions);
  }

  private add(specification: AlarmSpecification, options: CacheAlarmOptions): cloudwatch.Alarm {
    const threshold = thresholdOf(specification, options.threshold);
    const { minutes, withinMinutes } = durationOf(specification, options);
    const common = {
      metric: specification.metric,
      alarmDescription: specification.description(threshold),
      evaluationPeriods: withinMinutes,
      datapointsToAlarm: minutes,
      treatMissingData: specification.missing,
      actionsEnabled: true,
    };
    const { id, comparison } = specification;
    const alarm =
      comparison === 'belowBand'
        ? new cloudwatch.AnomalyDetectionAlarm(this, id, {
            ...common,
            stdDevs: threshold,
            comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
          })
        : new cloudwatch.Alarm(this, id, { ...common, threshold, comparisonOperator: OPERATORS[comparison] });
    // Before the cluster answers for the first time, nothing is wrong.
    alarm.node.addDependency(...this.ready);
    Tags.of(alarm).add(CacheTag.ALARM, id);
    return alarm;
  }

  /** One page for all of them; and none while the suppressor has paged. */
  private compose(
    id: string,
    description: string,
    alarms: cloudwatch.Alarm[],
    suppressor?: cloudwatch.CompositeAlarm,
  ): cloudwatch.CompositeAlarm | undefined {
    if (alarms.length === 0) return undefined;
    const composite = new cloudwatch.CompositeAlarm(this, id, {
      compositeAlarmName: `${this.clusterName}-${id}`,
      alarmDescription: `${description}; the alarms behind it say what`,
      alarmRule: cloudwatch.AlarmRule.anyOf(...alarms),
      actionsEnabled: true,
      actionsSuppressor: suppressor,
    });
    Tags.of(composite).add(CacheTag.ALARM, id);
    return composite;
  }
}

/** Within the figure's own range, and where the alarm can both fire and cease. */
function thresholdOf(specification: AlarmSpecification, given: number | undefined): number {
  const { option, comparison, threshold, range } = specification;
  if (given === undefined) return threshold;
  if (!range) {
    throw new Error(`the threshold of ${option} is ${given}, expected none: it follows from the nodes; leave it out`);
  }
  const { lowest, highest = Infinity } = range;
  const downwards = comparison === 'below' || comparison === 'atLeast' || comparison === 'belowBand';
  const fits = downwards ? given > lowest && given <= highest : given >= lowest && given < highest;
  if (Token.isUnresolved(given) || !fits) {
    const got = Token.isUnresolved(given) ? 'a token' : given;
    const bounds = downwards ? [`above ${lowest}`, `up to ${highest}`] : [`${lowest} or more`, `below ${highest}`];
    throw new Error(
      `the threshold of ${option} is ${got}, expected a number ${bounds.slice(0, highest === Infinity ? 1 : 2).join(' and ')}: ` +
        'outside it the alarm never fires or never ceases; change it, or switch the alarm off with enabled',
    );
  }
  return given;
}

const MINUTES_A_DAY = 24 * 60;

function durationOf(
  { option, minutes, withinMinutes = minutes }: AlarmSpecification,
  { duration }: CacheAlarmOptions,
): { minutes: number; withinMinutes: number } {
  if (duration === undefined) return { minutes, withinMinutes };
  const advice = 'CloudWatch evaluates these alarms each minute, over a day at the most; change it';
  const given = knownMinutes(`the duration of ${option}`, duration, { min: 1, max: MINUTES_A_DAY, advice });
  // Where the default leaves room for a figure that comes and goes, so does the given one.
  return { minutes: given, withinMinutes: Math.min(Math.round((given * withinMinutes) / minutes), MINUTES_A_DAY) };
}
