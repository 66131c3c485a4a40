import type { MetricAlarmPlan } from '../assembly/plan';
import { RehearsalError } from '../errors';
import { statistics } from './statistics';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** The value of a minute, by its number. */
export type Values = (minute: number) => number | undefined;

type Point = number | undefined;

/** CloudWatch looks a little farther back than an alarm's periods, for figures in the place of missing ones. */
const sparePeriods = 2;

const comparisons: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** The state of an alarm at the end of a minute. */
export function stateAt(alarm: MetricAlarmPlan, minute: number, values: Values, before: AlarmState): AlarmState {
  const { evaluationPeriods: periods, datapointsToAlarm: enough, missing } = alarm;
  const points = Array.from({ length: periods + sparePeriods }, (_, back) => pointAt(alarm, minute, back, values));
  const present = points.filter((point) => point !== undefined).slice(0, periods);
  const breaching = present.filter((point) => breaches(alarm, point)).length;
  const state = (count: number): AlarmState => (count >= enough ? 'ALARM' : 'OK');
  if (present.length === periods) return state(breaching);
  if (missing === 'breaching') return state(breaching + periods - present.length);
  if (missing === 'notBreaching') return state(breaching);
  if (present.length === 0) return missing === 'ignore' ? before : 'INSUFFICIENT_DATA';
  if (breaching < present.length || breaching >= enough) return state(breaching);
  // All that is known is breaching, and it is too little: it counts when it has been known for long enough.
  const oldest = points.length - [...points].reverse().findIndex((point) => point !== undefined);
  return missing === 'missing' && oldest >= enough ? 'ALARM' : before;
}

/** Whether the alarm has not fired but would, if its last minute went on for ever. */
export function isPending(alarm: MetricAlarmPlan, minute: number, values: Values, state: AlarmState): boolean {
  if (state === 'ALARM') return false;
  const last = pointAt(alarm, minute, 0, values);
  return last === undefined ? alarm.missing === 'breaching' : breaches(alarm, last);
}

/** The figure of a period, so many periods back from the one that ends with this minute. */
function pointAt({ periodMinutes, statistic }: MetricAlarmPlan, minute: number, back: number, values: Values): Point {
  const last = minute - back * periodMinutes;
  const known = Array.from({ length: periodMinutes }, (_, i) => values(last - i)).filter(
    (value) => value !== undefined,
  );
  if (known.length === 0) return undefined;
  const calculate = statistics[statistic];
  if (!calculate)
    throw new RehearsalError(`an alarm has the statistic '${statistic}', expected ${Object.keys(statistics)}`);
  return calculate(known);
}

function breaches({ comparison, threshold }: MetricAlarmPlan, value: number): boolean {
  const compare = comparisons[comparison];
  if (!compare) throw new RehearsalError(`an alarm compares by '${comparison}', expected ${Object.keys(comparisons)}`);
  return compare(value, threshold);
}
