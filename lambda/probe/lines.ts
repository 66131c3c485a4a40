import { CLUSTER_METRICS, DIMENSIONS, NAMESPACE, NODE_METRICS, type Unit } from '../../lib/contract/metric-names';
import type { Detail } from '../../lib/contract/probe-event';
import type { Figures } from './rates';

/** A line of the log. */
export type Line = Readonly<Record<string, unknown>>;

/** Whose a line is. */
export interface LineOwner {
  readonly Cluster: string;
  readonly Zone?: string;
  readonly Node?: string;
}

const DETAILS: readonly Detail[] = ['CLUSTER', 'ZONE', 'NODE'];

const UNITS: Partial<Record<string, { readonly unit: Unit }>> = { ...NODE_METRICS, ...CLUSTER_METRICS };

/**
 * A line of metrics in CloudWatch's embedded format. The directive that has them published is left out where the line is
 * finer than what is to be published.
 */
export function metricsLine(level: Detail, published: Detail, owner: LineOwner, figures: Figures, at: number): Line {
  const directive = {
    Timestamp: at,
    CloudWatchMetrics: [
      {
        Namespace: NAMESPACE,
        Dimensions: [DIMENSIONS[level]],
        Metrics: Object.keys(figures).map((Name) => ({ Name, Unit: UNITS[Name]?.unit })),
      },
    ],
  };
  const isPublished = DETAILS.indexOf(level) <= DETAILS.indexOf(published) && Object.keys(figures).length > 0;
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
