import { evaluate } from '../assembly/expression';
import type { AlarmsPlan, MetricAlarmPlan, MetricRef, Sample } from '../assembly/plan';
import { samplesOf } from '../probe/emf';
import { type AlarmState, isPending, stateAt, type Values } from './evaluate';
import { MetricStore } from './metric-store';
import { holds } from './rule';

/** An alarm that fired, and at the end of which minute: 1 is that of the fault, and what is less came before it. */
export interface Firing {
  readonly name: string;
  readonly afterMinutes: number;
}

/**
 * Runs the probe, and evaluates the alarms on what it publishes as CloudWatch does. Each run is a minute, with what `aws`
 * says that AWS itself would publish.
 */
export class Monitor {
  readonly metrics: MetricStore;
  private begun = 0;
  private struck = 0;
  private readonly states = new Map<string, AlarmState>();
  private readonly fired = new Map<string, number>();

  constructor(
    private readonly alarms: AlarmsPlan,
    private readonly probe: { run(): Promise<string[]> },
    private readonly aws: () => Promise<Sample[]> = async () => [],
  ) {
    this.metrics = new MetricStore(alarms);
  }

  /**
   * Forgets what was before: the minutes before the next one are taken to have been as that is. A run that does not count
   * sees to it that rates begin here too.
   */
  async begin(): Promise<void> {
    await this.probe.run();
    this.begun = this.metrics.minutes;
    this.states.clear();
    this.fired.clear();
  }

  /** From the next minute on something is broken. */
  strike(label: string): void {
    this.struck = this.metrics.minutes;
    this.metrics.mark(label);
  }

  async minute(): Promise<void> {
    const lines = await this.probe.run();
    this.metrics.add([...lines.flatMap(samplesOf), ...(await this.aws())]);
    const minute = this.metrics.minutes - 1;
    for (const alarm of this.alarms.metric) {
      const before = this.states.get(alarm.name) ?? 'OK';
      this.states.set(alarm.name, stateAt(alarm, minute, this.valuesOf(alarm), before));
    }
    for (const { name, ids } of [...this.alarms.metric, ...this.alarms.composite]) {
      if (this.stateOf(ids[0]!) !== 'ALARM' || this.fired.has(name)) continue;
      this.fired.set(name, minute);
      this.metrics.fire(name);
    }
  }

  /** What fired since the beginning, the first one first. */
  get firings(): Firing[] {
    return [...this.fired]
      .map(([name, minute]) => ({ name, afterMinutes: minute - this.struck + 1 }))
      .sort((a, b) => a.afterMinutes - b.afterMinutes || (a.name < b.name ? -1 : 1));
  }

  /** Whether an alarm would fire if the last minute went on. */
  get pending(): boolean {
    const minute = this.metrics.minutes - 1;
    return this.alarms.metric.some((alarm) =>
      isPending(alarm, minute, this.valuesOf(alarm), this.states.get(alarm.name) ?? 'OK'),
    );
  }

  /** After so many minutes every alarm has all that it looks at. */
  get longestWindow(): number {
    return Math.max(1, ...this.alarms.metric.map((alarm) => alarm.periodMinutes * alarm.evaluationPeriods));
  }

  /** Those on figures that never came. */
  get withoutFigures(): string[] {
    return this.alarms.metric
      .filter(({ metric }) => !metricsOf(metric).every((each) => this.metrics.has(each)))
      .map(({ name }) => name);
  }

  private valuesOf({ metric: watched, statistic }: MetricAlarmPlan): Values {
    const at = (metric: MetricRef, minute: number) =>
      this.metrics.valueAt(metric, Math.max(minute, this.begun), statistic);
    if (!('expression' in watched)) return (minute) => at(watched, minute);
    const { expression, metrics } = watched;
    return (minute) => evaluate(expression, (id) => at(metrics[id]!, minute));
  }

  /** By ARN or name. What is not evaluated here does not fire. */
  private stateOf(id: string): AlarmState {
    const metric = this.alarms.metric.find(({ ids }) => ids.includes(id));
    if (metric) return this.states.get(metric.name) ?? 'OK';
    const composite = this.alarms.composite.find(({ ids }) => ids.includes(id));
    return composite && holds(composite.rule, (child) => this.stateOf(child)) ? 'ALARM' : 'OK';
  }
}

const metricsOf = (watched: MetricAlarmPlan['metric']): MetricRef[] =>
  'expression' in watched ? Object.values(watched.metrics) : [watched];
