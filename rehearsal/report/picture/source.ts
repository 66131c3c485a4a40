/** A metric as the probe, or AWS, publishes it. */
export interface MetricRef {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What was measured, by minute from 0. */
export interface MetricSource {
  readonly minutes: number;
  /** By CloudWatch's statistic, where a minute has several figures. */
  valueAt(metric: MetricRef, minute: number, statistic?: string): number | undefined;
  readonly events: readonly { readonly minute: number; readonly label: string }[];
  /** None of an alarm that is not known. */
  alarm(id: string): AlarmOutcome | undefined;
}

/** How an alarm fared. */
export interface AlarmOutcome {
  readonly name: string;
  /** The events for which it fired, counted from 1; absent where it was not evaluated. */
  readonly firedFor?: readonly number[];
}
