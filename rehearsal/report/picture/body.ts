import type { MetricRef } from './source';

/** The part of a dashboard's body that is drawn. */
export interface DashboardBody {
  readonly widgets?: readonly Widget[];
}

export interface Widget {
  readonly type: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly properties?: WidgetProperties;
}

export interface WidgetProperties {
  readonly title?: string;
  readonly markdown?: string;
  /** The alarms' ARNs. */
  readonly alarms?: readonly string[];
  readonly metrics?: readonly (readonly unknown[])[];
  readonly stat?: string;
  readonly yAxis?: { readonly left?: Axis; readonly right?: Axis };
  readonly annotations?: { readonly horizontal?: readonly (Annotation | readonly Annotation[])[] };
}

export interface Axis {
  readonly label?: string;
  readonly min?: number;
  readonly max?: number;
}

/** A line across a graph; two of them are a band. */
export interface Annotation {
  readonly value: number;
  readonly label?: string;
  readonly color?: string;
  readonly yAxis?: string;
}

/** A line of a graph. */
export interface Line {
  /** None of an expression, which only CloudWatch evaluates. */
  readonly metric?: MetricRef;
  readonly statistic?: string;
  readonly label: string;
  readonly color?: string;
  readonly right: boolean;
}

interface LineOptions {
  readonly label?: string;
  readonly color?: string;
  readonly yAxis?: string;
  readonly visible?: boolean;
  readonly expression?: string;
  readonly stat?: string;
}

/**
 * The lines of a metric widget. Each is an array of namespace, name, dimensions and options, in which `.` stands for what
 * is at the same place one line above, and a leading `...` for all that came before.
 */
export function linesOf({ metrics = [], stat }: WidgetProperties): Line[] {
  let above: string[] = [];
  const lines: Line[] = [];
  for (const row of metrics) {
    const options = (row.find((part) => typeof part === 'object' && part !== null) ?? {}) as LineOptions;
    const written = row.filter((part) => typeof part === 'string');
    if (written.length > 0) above = expanded(written, above);
    if (options.visible === false) continue;
    const metric = options.expression === undefined && above.length >= 2 ? refOf(above) : undefined;
    const label = options.label ?? metric?.name ?? 'expression';
    const statistic = options.stat ?? stat;
    lines.push({ metric, statistic, label, color: options.color, right: options.yAxis === 'right' });
  }
  return lines;
}

/** The lines across a graph, at values of its left axis; those of the right are not drawn, nor bands. */
export const thresholdsOf = ({ annotations }: WidgetProperties): Annotation[] =>
  (annotations?.horizontal ?? [])
    .flatMap((each) => ('value' in each ? [each] : []))
    .filter(({ yAxis }) => yAxis !== 'right');

function expanded(written: readonly string[], above: readonly string[]): string[] {
  if (written[0] === '...') return [...above.slice(0, above.length - written.length + 1), ...written.slice(1)];
  return written.map((part, i) => (part === '.' ? (above[i] ?? part) : part));
}

function refOf([namespace, name, ...rest]: readonly string[]): MetricRef {
  const dimensions: Record<string, string> = {};
  for (let i = 0; i + 1 < rest.length; i += 2) dimensions[rest[i]!] = rest[i + 1]!;
  return { namespace: namespace!, name: name!, dimensions };
}
