import { Duration, Tags } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IDependable } from 'constructs';
import { ALARM, alarmNameOf } from '../../contract/alarm-ids';
import { CacheTag } from '../../contract/tags';
import { inputError } from '../../errors';
import { addAction } from './actions';
import type { CacheAlarmOptions } from '../../interfaces/alarm-options';
import { isEnabled, makeAlarm } from './make-alarm';
import type { CacheAlarmsOptions } from './options';
import type { AlarmSpecification, Severity } from './specification';

/** Properties of `CacheAlarms`. */
interface CacheAlarmsProps {
  /** In the names of the composite alarms, which would be the same in every stack that is made alike, and of the canary's. */
  readonly clusterName: string;

  readonly specifications: AlarmSpecification[];

  /** What has to exist before the cluster answers. */
  readonly ready: IDependable[];

  readonly options?: CacheAlarmsOptions;
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
    const { id, named } = specification;
    const alarm = makeAlarm(this, specification, options, named ? alarmNameOf(this.props.clusterName, id) : undefined);
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
