import {
  CLUSTER_METRICS,
  type DimensionName,
  DIMENSIONS,
  type MetricName,
  NAMESPACE,
  NODE_METRICS,
  OUTCOME_METRICS,
} from '../../lib/contract/metric-names';
import { DETAILS, type ProbeEvent } from '../../lib/contract/probe-event';
import type { Figures } from './rates';

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>>;

/** Whose a line is. */
export type LineOwner = Readonly<
  Partial<Record<DimensionName, string>> & Record<(typeof DIMENSIONS.CLUSTER)[number], string>
>;

const METRICS = { ...NODE_METRICS, ...CLUSTER_METRICS, ...OUTCOME_METRICS };

/**
 * A line of metrics in CloudWatch's embedded format. The directive that has them published leaves out what is finer than what
 * is to be published, be it the whole line.
 */
export function metricsLine(
  level: keyof typeof DIMENSIONS,
  { detail, latencyByOutcome }: Pick<ProbeEvent, 'detail' | 'latencyByOutcome'>,
  owner: LineOwner,
  figures: Figures<MetricName>,
  at: number,
): Line {
  const names = (Object.keys(figures) as MetricName[]).filter((name) => latencyByOutcome || !(name in OUTCOME_METRICS));
  const directive = {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: NAMESPACE,
        Dimensions: [DIMENSIONS[level]],
        Metrics: names.map((name) => ({ Name: name, Unit: METRICS[name].unit })),
      },
    ],
  };
  const isPublished = DETAILS.indexOf(level) <= DETAILS.indexOf(detail) && names.length > 0;
  return { ...(isPublished && { _aws: directive }), type: level.toLowerCase(), ...owner, ...rounded(figures) };
}

/** What is told of one process and published by nobody. */
export function plainLine(type: 'proxy' | 'error', owner: LineOwner, facts: Line, figures: Figures = {}): Line {
  return { type, ...owner, ...facts, ...rounded(figures) };
}

/** Millionths are noise. */
function rounded(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value! * 1e6) / 1e6]));
}
