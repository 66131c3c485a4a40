import type { Sample } from '../assembly/plan';

interface Directive {
  readonly Namespace: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name: string }[];
}

/** What CloudWatch makes of a log line in its embedded metric format; nothing of any other line. */
export function samplesOf(line: string): Sample[] {
  const root = parse(line);
  const directives: readonly Directive[] = root?._aws?.CloudWatchMetrics ?? [];
  return directives.flatMap(({ Namespace, Dimensions = [], Metrics = [] }) =>
    Dimensions.filter((set) => set.every((name) => root![name] !== undefined)).flatMap((set) => {
      const dimensions = Object.fromEntries(set.map((name) => [name, String(root![name])]));
      return Metrics.filter(({ Name }) => typeof root![Name] === 'number').map(({ Name }) => ({
        metric: { namespace: Namespace, name: Name, dimensions },
        value: root![Name] as number,
      }));
    }),
  );
}

type Line = Record<string, unknown> & { readonly _aws?: { readonly CloudWatchMetrics?: readonly Directive[] } };

function parse(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}
