import { Duration, Tags, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IDependable } from 'constructs';
import { ALARM, alarmNameOf } from '../../contract/alarm-ids';
import { CacheTag } from '../../contract/tags';
import { inputError } from '../../errors';
import { addAction } from './actions';
import type { CacheAlarmOptions, CacheAlarmsOptions } from './options';
import { knownBoolean, knownMinutes, shown } from '../../validation';
import { OPERATORS, type AlarmSpecification, type Severity } from './specification';

/** Properties of `CacheAlarms`. */
interface CacheAlarmsProps {
  /** In the names of the composite alarms, which would be the same in every stack that is made alike, and of the canary's. */
  readonly clusterName: string;

  readonly specifications: AlarmSpecification[];

  /** What has to exist before the cluster answers. */
  readonly ready: IDependable[];

  readonly options?: CacheAlarmsOptions;
}

/** Whether an alarm is made where there is something for it to watch. */
export function isEnabled(option: keyof CacheAlarmsOptions, options?: CacheAlarmsOptions): boolean {
  return knownBoolean(`enabled of ${option}`, options?.[option]?.enabled ?? true);
}

/** The rules of the two composite alarms. */
type Pages = Record<'down' | 'degraded', cloudwatch.IAlarmRule[]>;

/** An outage fires other alarms after two minutes and the canary's after three: one page is to be sent for it. */
const CANARY_IS_LATER = Duration.minutes(2);

/** The alarms of a cluster: those that watch, and two that page. */
export class CacheAlarms extends Construct {
  /** Clients are not served; none when each of the alarms behind it is switched off. */
  public readonly down?: cloudwatch.CompositeAlarm;

  /** Something is wrong that clients may not notice yet; none when each of the alarms behind it is switched off. */
  public readonly degraded?: cloudwatch.CompositeAlarm;

  /** What the two are made of. */
  public readonly alarms: cloudwatch.Alarm[] = [];

  private readonly byId = new Map<string, cloudwatch.AlarmBase>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CacheAlarmsProps,
  ) {
    super(scope, id);
    const made: Record<Severity, cloudwatch.Alarm[]> = { down: [], degraded: [], notice: [] };
    for (const specification of props.specifications) {
      if (!isEnabled(specification.option, props.options)) continue;
      const options = props.options?.[specification.option] ?? {};
      made[specification.severity].push(this.add(specification, options));
    }
    this.alarms.push(...made.down, ...made.degraded, ...made.notice);
    const { down, degraded } = this.pages(made);
    this.down = this.compose(ALARM.cacheDown, 'The memcached cluster does not serve its clients', down);
    this.degraded = this.compose(
      ALARM.cacheDegraded,
      'Something is wrong with the memcached cluster that its clients may not notice yet',
      degraded,
      this.down,
    );
  }

  /**
   * What each page is sent for. Where there is a canary, it says whether clients are served, and the other alarms only why
   * not; while its probe is silent, the load balancer says it.
   */
  private pages({ down, degraded }: Record<Severity, cloudwatch.Alarm[]>): Pages {
    const [canary, silent, noTarget] = [ALARM.canaryFailing, ALARM.probeSilent, ALARM.noHealthyTarget].map((id) =>
      this.byId.get(id),
    );
    if (!canary) return { down, degraded };
    return {
      down: [canary, ...(silent && noTarget ? [cloudwatch.AlarmRule.allOf(silent, noTarget)] : [])],
      degraded: [...down.filter((alarm) => alarm !== canary), ...degraded],
    };
  }

  /** The composite alarms that there are, and then the others. */
  public get all(): cloudwatch.IAlarm[] {
    return [this.down, this.degraded, ...this.alarms].filter((alarm) => alarm !== undefined);
  }

  /** The alarm with this id. */
  public alarm(id: string): cloudwatch.AlarmBase {
    const alarm = this.byId.get(id);
    if (alarm) return alarm;
    throw inputError({
      got: `the id of an alarm is '${id}'`,
      expected: `one of ${[...this.byId.keys()].join(', ')}`,
      advice: 'take one of them; an alarm that is switched off is not made',
      scope: this,
    });
  }

  /** Adds actions to the composite alarms. */
  public addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    for (const alarm of [this.down, this.degraded]) {
      if (alarm) actions.forEach((action) => addAction(alarm, action));
    }
  }

  private add(specification: AlarmSpecification, options: CacheAlarmOptions): cloudwatch.Alarm {
    const threshold = thresholdOf(specification, options.threshold);
    const { minutes, withinMinutes } = durationOf(specification, options);
    const { id, comparison, named } = specification;
    const common = {
      alarmName: named ? alarmNameOf(this.props.clusterName, id) : undefined,
      metric: specification.metric,
      alarmDescription: specification.description(threshold),
      evaluationPeriods: withinMinutes,
      datapointsToAlarm: minutes,
      treatMissingData: specification.missing,
      actionsEnabled: true,
    };
    const alarm =
      comparison === 'belowBand'
        ? new cloudwatch.AnomalyDetectionAlarm(this, id, {
            ...common,
            stdDevs: threshold,
            comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
          })
        : new cloudwatch.Alarm(this, id, { ...common, threshold, comparisonOperator: OPERATORS[comparison] });
    // Before the cluster answers for the first time, nothing is wrong.
    alarm.node.addDependency(...this.props.ready);
    this.register(id, alarm);
    return alarm;
  }

  private register(id: string, alarm: cloudwatch.AlarmBase): void {
    Tags.of(alarm).add(CacheTag.ALARM, id);
    this.byId.set(id, alarm);
  }

  /** One page for all of them; and none while the suppressor has paged. */
  private compose(
    id: string,
    description: string,
    rules: cloudwatch.IAlarmRule[],
    suppressor?: cloudwatch.CompositeAlarm,
  ): cloudwatch.CompositeAlarm | undefined {
    if (rules.length === 0) return undefined;
    const composite = new cloudwatch.CompositeAlarm(this, id, {
      compositeAlarmName: alarmNameOf(this.props.clusterName, id),
      alarmDescription: `${description}; the alarms behind it say what`,
      alarmRule: cloudwatch.AlarmRule.anyOf(...rules),
      actionsEnabled: true,
      actionsSuppressor: suppressor,
      actionsSuppressorWaitPeriod: suppressor && CANARY_IS_LATER,
    });
    this.register(id, composite);
    return composite;
  }
}

/** Within the figure's own range, so that the alarm can both fire and return to OK. */
function thresholdOf(specification: AlarmSpecification, given: number | undefined): number {
  const { option, comparison, threshold, range } = specification;
  if (given === undefined || given === null) return threshold;
  if (!range) {
    throw inputError({
      got: `the threshold of ${option} is ${shown(given)}`,
      expected: 'none',
      advice: 'it follows from the nodes; leave it out',
    });
  }
  const { lowest, highest = Infinity } = range;
  const downwards = comparison === 'below' || comparison === 'atLeast' || comparison === 'belowBand';
  if (Token.isUnresolved(given) || !isWithin(given, downwards, lowest, highest)) {
    const bounds = downwards ? [`above ${lowest}`, `up to ${highest}`] : [`${lowest} or more`, `below ${highest}`];
    throw inputError({
      got: `the threshold of ${option} is ${shown(given)}`,
      expected: `a number ${bounds.slice(0, highest === Infinity ? 1 : 2).join(' and ')}`,
      advice:
        'outside this range the alarm would always fire or never fire; change it, or switch the alarm off with enabled',
    });
  }
  return given;
}

/** Untyped code may give something else than a number, which is within nothing. */
function isWithin(given: unknown, downwards: boolean, lowest: number, highest: number): boolean {
  if (typeof given !== 'number') return false;
  return downwards ? given > lowest && given <= highest : given >= lowest && given < highest;
}

const MINUTES_A_DAY = 24 * 60;

function durationOf(
  { option, minutes, withinMinutes = minutes }: AlarmSpecification,
  { duration }: CacheAlarmOptions,
): { minutes: number; withinMinutes: number } {
  if (duration === undefined || duration === null) return { minutes, withinMinutes };
  const advice = 'CloudWatch evaluates these alarms each minute, over a day at the most; change it';
  const given = knownMinutes(`the duration of ${option}`, duration, { min: 1, max: MINUTES_A_DAY, advice });
  // Where the default leaves room for a figure that comes and goes, so does the given one.
  return { minutes: given, withinMinutes: Math.min(Math.round((given * withinMinutes) / minutes), MINUTES_A_DAY) };
}
