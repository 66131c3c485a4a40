import { cellNamesOf, leftOut } from './cells';
import { faults } from './faults';
import { bounds } from './promises';
import type { CellReport, ChaosCluster, ChaosPromise, Matrix } from './report';
import { otherNodes, targets } from './targets';

const nothing = '–';

export const columns: readonly { title: string; cell: (report: CellReport) => string }[] = [
  { title: 'cell', cell: ({ cell }) => `\`${cell}\`` },
  { title: 'requests', cell: ({ requests }) => String(requests) },
  { title: 'errors', cell: errorsOf },
  { title: 'stale during', cell: ({ staleDuring }) => String(staleDuring) },
  { title: 'stale after', cell: ({ staleAfter }) => String(staleAfter) },
  { title: 'hit % during', cell: ({ hitRatio }) => (hitRatio * 100).toFixed(2) },
  { title: 'least hit %', cell: ({ promises }) => (100 * promises.find(({ id }) => id === 'hits')!.bound).toFixed(2) },
  { title: 'lost keys %', cell: ({ lostKeys, keys }) => ((100 * lostKeys) / keys).toFixed(2) },
  { title: 'normal s', cell: ({ normalSeconds }) => normalSeconds.toFixed(1) },
  { title: 'in service s', cell: ({ serviceSeconds }) => serviceSeconds.toFixed(1) },
  { title: 'alarms, if it lasts', cell: alarmsOf },
];

/** The matrix as Markdown: a table for each cluster, what its rows cannot keep, and what is left out. */
export function matrixText({ clusters, versions }: Matrix): string {
  const reasons = [...new Set(clusters.flatMap(({ cells }) => cells.flatMap(brokenOf)).map(reasonOf))];
  const engines = Object.entries(versions).map(([engine, version]) => `${engine} ${version}`);
  const missing = clusters.flatMap(missingText);
  const parts = [
    ...clusters.flatMap((cluster) => [`### ${titleOf(cluster)}`, table(cluster.cells, reasons)]),
    ...(reasons.length > 0 ? ['### What is not kept, and why', reasons.map(noteText).join('\n')] : []),
    ...(missing.length > 0 ? ['### Not measured yet', missing.join('\n')] : []),
    '### The names',
    legend(),
    '### Left out',
    leftOut.map((each) => `- ${quoted(each.targets)} × ${quoted(each.faults)}: ${each.reason}.`).join('\n'),
    `Measured with ${engines.join(', ')}.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The cells that no run has added. */
function missingText(cluster: ChaosCluster): string[] {
  const names = cellNamesOf(cluster.topology).filter((name) => !cluster.cells.some(({ cell }) => cell === name));
  return names.length > 0 ? [`- ${titleOf(cluster)}: ${quoted(names)}.`] : [];
}

/** What the names stand for. */
const legend = (): string =>
  [...targets, otherNodes, ...faults].map(({ name, says }) => `- \`${name}\`: ${says}`).join('\n');

export const titleOf = ({ topology, compute, zones, nodes, proxies }: ChaosCluster): string =>
  `${topology[0]!.toUpperCase()}${topology.slice(1)}, ${compute}: ` +
  `${nodes} nodes and ${proxies} proxies in ${zones.length} zones`;

export const brokenOf = ({ promises }: CellReport): ChaosPromise[] => promises.filter(({ kept }) => !kept);

export const unknown = 'no reason is known: this is a fault of the cluster, or of the rehearsal';

const promiseNames: Record<ChaosPromise['id'], string> = {
  errors: 'errors',
  stale: 'stale reads',
  hits: 'hits',
  normal: `normal within ${bounds.normalSeconds} s`,
};

const reasonOf = ({ id, limit = unknown }: ChaosPromise): string => `${promiseNames[id]}: ${limit}`;

const noteText = (reason: string, i: number): string => `${i + 1}. ${reason}.`;

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function table(reports: readonly CellReport[], reasons: readonly string[]): string {
  const titles = [...columns.map(({ title }) => title), 'not kept'];
  const rows = reports.map((report) => [
    ...columns.map(({ cell }) => cell(report)),
    brokenOf(report)
      .map((each) => `${promiseNames[each.id]} (${reasons.indexOf(reasonOf(each)) + 1})`)
      .join(', '),
  ]);
  const line = (words: readonly string[]) => `| ${words.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** With the client libraries that saw them. */
function errorsOf({ errors, errorsBy }: CellReport): string {
  const by = Object.entries(errorsBy).map(([library, count]) => `${library} ${count}`);
  return errors === 0 ? '0' : `${errors} (${by.join(', ')})`;
}

function alarmsOf({ alarms, alarmsSeen }: CellReport): string {
  const fired = alarms.filter(({ afterMinutes }) => afterMinutes > 0);
  if (fired.length > 0) return fired.map(({ name, afterMinutes }) => `${name} ${afterMinutes} min`).join(', ');
  return alarmsSeen ? 'none' : nothing;
}
