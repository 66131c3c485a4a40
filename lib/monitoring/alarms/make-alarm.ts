import { Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { inputError } from '../../errors';
import type { CacheAlarmOptions } from '../../interfaces/alarm-options';
import { knownBoolean, knownMinutes, shown } from '../../validation';
import { OPERATORS, type AlarmSpecification } from './specification';

/** Whether an alarm is made where there is something for it to watch. */
export function isEnabled<Option extends string>(
  option: Option,
  options?: Readonly<Partial<Record<Option, CacheAlarmOptions>>>,
): boolean {
  return knownBoolean(`enabled of ${option}`, options?.[option]?.enabled ?? true);
}

/** Makes an alarm as it is specified, and tuned. */
export function makeAlarm(
  scope: Construct,
  specification: AlarmSpecification<string>,
  options: CacheAlarmOptions,
  alarmName?: string,
): cloudwatch.Alarm {
  const threshold = thresholdOf(specification, options.threshold);
  const { minutes, withinMinutes } = durationOf(specification, options);
  const { id, comparison } = specification;
  const common = {
    alarmName,
    metric: specification.metric,
    alarmDescription: specification.description(threshold),
    evaluationPeriods: withinMinutes,
    datapointsToAlarm: minutes,
    treatMissingData: specification.missing,
    actionsEnabled: true,
  };
  return comparison === 'belowBand'
    ? new cloudwatch.AnomalyDetectionAlarm(scope, id, {
        ...common,
        stdDevs: threshold,
        comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
      })
    : new cloudwatch.Alarm(scope, id, { ...common, threshold, comparisonOperator: OPERATORS[comparison] });
}

/** Within the figure's own range, so that the alarm can both fire and return to OK. */
function thresholdOf(specification: AlarmSpecification<string>, given: number | undefined): number {
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
  { option, minutes, withinMinutes = minutes }: AlarmSpecification<string>,
  { duration }: CacheAlarmOptions,
): { minutes: number; withinMinutes: number } {
  if (duration === undefined || duration === null) return { minutes, withinMinutes };
  const advice = 'CloudWatch evaluates these alarms each minute, over a day at the most; change it';
  const given = knownMinutes(`the duration of ${option}`, duration, { min: 1, max: MINUTES_A_DAY, advice });
  // Where the default leaves room for a figure that comes and goes, so does the given one.
  return { minutes: given, withinMinutes: Math.min(Math.round((given * withinMinutes) / minutes), MINUTES_A_DAY) };
}
