import type { Duration } from 'aws-cdk-lib';

/** How an alarm is tuned. */
export interface CacheAlarmOptions {
  /**
   * Whether the alarm is made.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The figure at which the alarm fires, in the alarm's own unit.
   *
   * @default - see the alarm
   */
  readonly threshold?: number;

  /**
   * How long the figure has to last before the alarm fires: whole minutes, up to a day.
   *
   * @default - see the alarm
   */
  readonly duration?: Duration;
}
