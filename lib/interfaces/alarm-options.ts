import type { Duration } from 'aws-cdk-lib';

/** Options to tune an alarm. */
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
   * How long the alarm's condition has to last before the alarm fires: whole minutes, up to a day.
   *
   * @default - see the alarm
   */
  readonly duration?: Duration;
}
