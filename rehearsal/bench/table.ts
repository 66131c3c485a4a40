import { type Figure, figureOf, ratioOf } from './figures';
import { added, besideDirect, cpuOf } from './goals';
import type { BenchReport, Goal, LatencyResult, Outage, Synthesis, ThroughputResult } from './report';
import { type PathName, pathNames } from './rows';

const nothing = '–';

/** The report as Markdown. */
export function benchText(report: BenchReport): string {
  const parts = [
    `${report.machine}; ${report.rounds} rounds of each path by turns: the median, and the least and the most.`,
    engines(report),
    '### Goals',
    goals(report.goals),
    ...throughput(report.throughput),
    ...latency(report.latency),
    ...outages(report.outage),
    ...(report.synthesis ? synthesis(report.synthesis) : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const engines = ({ versions }: BenchReport): string =>
  `${Object.entries(versions)
    .map(([engine, version]) => `${engine} ${version}`)
    .join(', ')}.`;

const goals = (list: readonly Goal[]): string =>
  table(
    ['goal', 'bound', 'measured', 'met'],
    list.map(({ goal, bound, measured, met }) => [
      goal,
      bound,
      measured,
      met === undefined ? nothing : met ? 'yes' : '**no**',
    ]),
  );

function throughput(results: readonly ThroughputResult[]): string[] {
  if (results.length === 0) return [];
  const direct = (result: ThroughputResult) =>
    figureOf((result.rounds.direct ?? []).map(({ perSecond }) => perSecond / 1000)).median.toFixed(0);
  const proxied = present(results).filter((path) => path !== 'direct');
  return [
    '### Throughput',
    `One proxy beside the nodes without it: 1 is as fast. The first column has what the nodes alone do, in thousands a second.`,
    table(
      ['load', 'direct, k/s', ...proxied],
      results.map((result) => [
        result.row,
        result.rounds.direct ? direct(result) : nothing,
        ...proxied.map((path) => shown(besideDirect(result, path), 2)),
      ]),
    ),
    "The proxy's CPU for an operation, kernel and all of its container's processes included, in microseconds:",
    table(
      ['load', ...proxied],
      results.map((result) => [result.row, ...proxied.map((path) => shown(cpuOf(result, path), 2))]),
    ),
  ];
}

function latency(results: readonly LatencyResult[]): string[] {
  if (results.length === 0) return [];
  const direct = ({ rounds, row }: LatencyResult) => [
    `${row}, direct`,
    ...percentiles.map((of) => (rounds.direct ? shown(figureOf(rounds.direct.map((each) => each[of])), 0) : nothing)),
  ];
  const others = (result: LatencyResult) =>
    present([result])
      .filter((path) => path !== 'direct')
      .map((path) => [`${result.row}, ${path}`, ...percentiles.map((of) => shown(added(result, path, of), 0))]);
  return [
    '### Latency',
    'In microseconds: of an operation without a proxy, and what each path adds to that.',
    table(
      ['load', 'p50', 'p99', 'p99.9'],
      results.flatMap((result) => [direct(result), ...others(result)]),
    ),
  ];
}

const percentiles = ['p50', 'p99', 'p999'] as const;

function outages(list: readonly Outage[]): string[] {
  if (list.length === 0) return [];
  return [
    '### The loss of a node',
    'One of three nodes loses power under all paths at once and stays away; then each key is read once.',
    table(
      ['path', 'operations', 'errors', 'retries', 'recovery s', 'hit %'],
      list.map((each) => {
        const clients = each.operations > 0;
        return [
          each.path,
          ...[each.operations, each.errors, each.retries].map((count) => (clients ? String(count) : nothing)),
          clients ? each.recoverySeconds.toFixed(1) : nothing,
          (each.hitRatio * 100).toFixed(1),
        ];
      }),
    ),
  ];
}

function synthesis({ imports, rows: measured }: Synthesis): string[] {
  const [core, library] = [figureOf(imports.core), figureOf(imports.library)];
  return [
    '### Synthesis',
    `In milliseconds of CPU, imports apart. Importing aws-cdk-lib takes ${core.median.toFixed(0)}, and this library beside it ` +
      `${library.median.toFixed(0)}.`,
    table(
      ['nodes', 'resources', 'validation', 'library', 'bare L1', 'ratio', 'its app.synth()', 'that of L1', 'ratio'],
      measured.map(({ nodes, resources, validated, library: ours, bare, librarySynth, includedSynth }) => [
        String(nodes),
        String(resources),
        validated ? 'on' : 'off',
        shown(figureOf(ours), 0),
        shown(figureOf(bare), 0),
        shown(ratioOf(ours, bare), 2),
        shown(figureOf(librarySynth), 0),
        shown(figureOf(includedSynth), 0),
        shown(ratioOf(librarySynth, includedSynth), 2),
      ]),
    ),
  ];
}

/** The paths that were measured, in their usual order. */
const present = (results: readonly { readonly rounds: Partial<Record<PathName, unknown>> }[]): PathName[] =>
  pathNames.filter((path) => results.some(({ rounds }) => rounds[path] !== undefined));

const shown = (figure: Figure | undefined, digits: number): string =>
  figure
    ? `${figure.median.toFixed(digits)} (${figure.least.toFixed(digits)}–${figure.most.toFixed(digits)})`
    : nothing;

const table = (titles: readonly string[], body: readonly (readonly string[])[]): string =>
  [titles, titles.map((_, i) => (i === 0 ? '---' : '--:')), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
