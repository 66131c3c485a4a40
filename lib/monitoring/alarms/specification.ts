import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { CacheAlarmsOptions } from './options';

/** An alarm, before it is tuned and made. */
export interface AlarmSpecification<Option extends string = keyof CacheAlarmsOptions> {
  /** What it is called within its cluster. */
  readonly id: string;

  /** The property that tunes it. */
  readonly option: Option;

  readonly metric: cloudwatch.IMetric;

  /** What is wrong, for the person who is paged. */
  readonly description: (threshold: number) => string;

  readonly comparison: Comparison;

  /** Unless the user gives another. */
  readonly threshold: number;

  /** Between which the figure is; none where the threshold follows from the cluster and is not the user's. */
  readonly range?: { readonly lowest: number; readonly highest?: number };

  /** How long it lasts before the alarm fires, in minutes: a loss that is repaired at once pages nobody. */
  readonly minutes: number;

  /** Within how many minutes it has to last so long in all; at a stretch when not given. */
  readonly withinMinutes?: number;

  readonly missing: cloudwatch.TreatMissingData;

  readonly severity: Severity;

  /** Whether others refer to it before it is made: then it gets a name of ours, and CloudFormation makes none. */
  readonly named?: boolean;
}

/** Clients are not served; something else is wrong; something is worth a look, but is no reason for a page. */
export type Severity = 'down' | 'degraded' | 'notice';

export type Comparison = 'below' | 'atMost' | 'atLeast' | 'above' | 'belowBand';

export const OPERATORS: Record<Exclude<Comparison, 'belowBand'>, cloudwatch.ComparisonOperator> = {
  below: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  atMost: cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
  atLeast: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  above: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
};

/** The range of a figure that is a share. */
export const SHARE = { lowest: 0, highest: 1 };

/** A share as people read it. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
