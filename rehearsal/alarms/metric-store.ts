import type { AlarmsPlan, MetricRef, Sample } from '../assembly/plan';
import type { AlarmOutcome, MetricSource } from '../report/picture/source';
import { statistics } from './statistics';

/**
 * What has been published since a cluster's rehearsal began, by minute: one value of the probe in each, as it runs once, and
 * one of each of the load balancer's nodes. Its scenarios follow one another; the events tell when each broke something, or began where it breaks nothing.
 */
export class MetricStore implements MetricSource {
  minutes = 0;
  readonly events: { minute: number; label: string }[] = [];
  private readonly series = new Map<string, Map<number, readonly number[]>>();
  private readonly firedFor = new Map<string, number[]>();

  constructor(private readonly alarms: AlarmsPlan) {}

  /** Adds the next minute. */
  add(samples: readonly Sample[]): void {
    for (const { metric, value } of samples) {
      const key = keyOf(metric);
      const values = this.series.get(key) ?? new Map<number, readonly number[]>();
      this.series.set(key, values.set(this.minutes, [...(values.get(this.minutes) ?? []), value]));
    }
    this.minutes += 1;
  }

  /** Notes what happens in the minute that comes. */
  mark(label: string): void {
    this.events.push({ minute: this.minutes, label });
  }

  /** Notes that an alarm has fired. */
  fire(name: string): void {
    this.firedFor.set(name, [...(this.firedFor.get(name) ?? []), this.events.length]);
  }

  alarm(id: string): AlarmOutcome | undefined {
    const evaluated = [...this.alarms.metric, ...this.alarms.composite].find(({ ids }) => ids.includes(id));
    if (evaluated) return { name: evaluated.name, firedFor: this.firedFor.get(evaluated.name) ?? [] };
    const other = this.alarms.notEvaluated.find(({ ids }) => ids.includes(id));
    return other && { name: other.name };
  }

  /** A percentile of several figures is not needed: where the statistic is not known, it is their average. */
  valueAt(metric: MetricRef, minute: number, statistic = 'Average'): number | undefined {
    const values = this.series.get(keyOf(metric))?.get(minute);
    if (values === undefined || values.length === 1) return values?.[0];
    return (statistics[statistic] ?? statistics.Average!)(values);
  }

  has(metric: MetricRef): boolean {
    return this.series.has(keyOf(metric));
  }
}

const keyOf = ({ namespace, name, dimensions }: MetricRef): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
