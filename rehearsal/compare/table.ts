import type { ScenarioReport } from '../report/report';
import type { Comparison, Figures, Phase, StrategyReport } from './report';

const nothing = '–';

const columns: { title: string; cell: (figures: Figures) => string }[] = [
  { title: 'hit % healthy', cell: ({ healthy }) => hitPercent(healthy) },
  { title: 'hit % node lost', cell: ({ nodeLost }) => hitPercent(nodeLost) },
  { title: 'errors', cell: ({ errors }) => String(errors) },
  { title: 'stale reads', cell: ({ staleReads }) => String(staleReads) },
  { title: 'p50 ms', cell: ({ scenarios }) => ofHealthy(scenarios, ({ p50Ms }) => p50Ms.toFixed(1)) },
  { title: 'p99 ms', cell: ({ scenarios }) => ofHealthy(scenarios, ({ p99Ms }) => p99Ms.toFixed(1)) },
  {
    title: 'in zone %',
    cell: ({ scenarios }) => ofHealthy(scenarios, ({ inZone }) => inZonePercent(inZone?.forwarded)),
  },
  {
    title: 'read in zone %',
    cell: ({ scenarios }) => ofHealthy(scenarios, ({ inZone }) => inZonePercent(inZone?.read)),
  },
  { title: 'recovery s', cell: ({ recoverySeconds }) => recoverySeconds?.toFixed(1) ?? nothing },
  { title: 'throughput', cell: ({ throughput }) => throughput?.ratio.toFixed(2) ?? nothing },
  { title: 'memccapable', cell: ({ memccapable: { passed, total } }) => `${passed}/${total}` },
];

const legend = [
  'hit %: reads of stored keys that found a value, a stale one too; _node lost_ counts from the fault until the node is',
  'back in service. errors: operations that failed again after one reconnect. stale reads: older than the last',
  'acknowledged write. ms: the latency while all is well. in zone: of what clients sent, the share that crossed to no other zone',
  'on the way to a proxy, or to a node where there is none. read in zone: of the reads, those that nodes of the zone answered.',
  'recovery: from the loss of the node until the last operation that failed or needed a reconnect had ended.',
  `throughput: of one proxy, beside that of the nodes without it; ${nothing} where no process is in the path.`,
  'memccapable: checks of the text protocol that pass; from 1.6.40 on memcached itself fails two: it takes `delete a b c`.',
].join('\n');

/** The comparison as Markdown that reads well as text too: what strategies cost, and which clients they serve. */
export function comparisonText({ strategies, versions }: Pick<Comparison, 'strategies' | 'versions'>): string {
  const titles = ['strategy', 'nodes', ...columns.map(({ title }) => title)];
  const engines = Object.entries(versions).map(([engine, version]) => `${engine} ${version}`);
  const parts = [table(titles, strategies.map(rowOf)), legend, ...clients(strategies), engines.join(', ')];
  return `${parts.join('\n\n')}\n`;
}

function rowOf({ strategy, nodes, missingEngine, failure, figures }: StrategyReport): string[] {
  const why =
    missingEngine === undefined ? `failed: ${failure?.split('\n')[0]}` : `not rehearsed: no ${missingEngine} binary`;
  const name = figures ? strategy : `${strategy} – ${why}`;
  return [name, String(nodes), ...columns.map(({ cell }) => (figures ? cell(figures) : nothing))];
}

/** A row for each strategy that was rehearsed, a column for each client. */
function clients(strategies: readonly StrategyReport[]): string[] {
  const rehearsed = strategies.flatMap(({ strategy, figures }) => (figures ? [{ strategy, ...figures }] : []));
  const [first] = rehearsed;
  if (!first) return [];
  const titles = first.clients.map(({ library, protocol }) => `${library}, ${protocol}`);
  const rows = rehearsed.map((row) => [row.strategy, ...row.clients.map(({ works }) => (works ? 'yes' : 'no'))]);
  return [table(['strategy', ...titles], rows), 'Whether set, get and delete work, by client library and protocol.'];
}

/** A Markdown table whose lines are all as long. */
function table(titles: string[], body: string[][]): string {
  const rows = [titles, ...body];
  const widths = titles.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const [head, ...rest] = rows.map((row) =>
    line(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))),
  );
  const rule = line(widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [head, rule, ...rest].join('\n');
}

/** Of the scenario without a fault, where it ran and has it. */
function ofHealthy(
  scenarios: readonly ScenarioReport[],
  figure: (healthy: ScenarioReport) => string | undefined,
): string {
  const healthy = scenarios.find(({ broken }) => broken === undefined);
  return (healthy && figure(healthy)) ?? nothing;
}

const inZonePercent = (share: number | undefined): string | undefined =>
  share === undefined ? undefined : (100 * share).toFixed(0);

const hitPercent = (phase: Phase | undefined): string => (phase ? (phase.hitRatio * 100).toFixed(1) : nothing);
