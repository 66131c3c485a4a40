import type { ClusterReport, ScenarioReport, Window } from './report';

const columns: { title: string; cell: (scenario: ScenarioReport) => string }[] = [
  { title: 'scenario', cell: ({ name }) => name },
  { title: 'requests', cell: ({ requests }) => String(requests) },
  { title: 'errors', cell: ({ errors }) => String(errors) },
  { title: 'hits', cell: ({ hits }) => String(hits) },
  { title: 'misses', cell: ({ misses }) => String(misses) },
  { title: 'hit %', cell: ({ hitRatio }) => (hitRatio * 100).toFixed(2) },
  { title: 'stale', cell: ({ staleReads }) => String(staleReads) },
  { title: 'retried', cell: ({ reconnects }) => String(reconnects) },
  { title: 'p50 ms', cell: ({ p50Ms }) => p50Ms.toFixed(1) },
  { title: 'p99 ms', cell: ({ p99Ms }) => p99Ms.toFixed(1) },
  { title: 'recovered', cell: ({ broken, recoverySeconds }) => (broken ? `${recoverySeconds.toFixed(1)} s` : '-') },
];

const LINE_WIDTH = 120;

export const noAlarmNote = 'no alarm of the template fires for it, so none is promised';

/** The scenarios as aligned columns, then every promise. */
export function renderCluster(report: ClusterReport): string {
  const { cluster, template, topology, nodes, proxies, zones } = report;
  return [
    `${template.stack}: ${topology}, ${nodes} nodes and ${proxies} proxies in ${zones.length} zones (${cluster})`,
    '',
    ...(report.scenarios.length > 0 ? [...table(report.scenarios), ''] : []),
    ...report.scenarios.flatMap(({ name, promises }) =>
      promises.map(
        ({ promise, kept, measured }) => `${kept ? 'kept  ' : 'BROKEN'}  ${name}: ${promise} (${figure(measured)})`,
      ),
    ),
    ...report.scenarios.filter(({ reconnectedAgain }) => reconnectedAgain > 0).map(againLine),
    ...report.scenarios.flatMap(zoneLine),
    ...report.scenarios.filter(({ staleReads, windows }) => staleReads > 0 && windows).map(staleLine),
    ...report.scenarios.filter(({ alarms }) => alarms.length > 0).map(alarmLine),
    ...report.scenarios
      .filter(({ noAlarmExpected }) => noAlarmExpected)
      .map(({ name }) => `alarms  ${name}: ${noAlarmNote}`),
    ...notEvaluatedLines(report),
    ...report.scenarios.flatMap(({ name, errorMessages }) => errorMessages.map((error) => `  ${name} error: ${error}`)),
  ].join('\n');
}

/** How many operations met what is dead more than once. */
const againLine = ({ name, reconnects, reconnectedAgain }: ScenarioReport): string =>
  `again   ${name}: ${reconnectedAgain} of the ${reconnects} operations that reconnected had to more than once`;
/** What stayed in the clients' zone. */
function zoneLine({ name, inZone }: ScenarioReport): string[] {
  if (!inZone) return [];
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return [
    `zone    ${name}: of what clients sent ${percent(inZone.entered)} entered in their zone and ${percent(inZone.forwarded)} ` +
      `stayed in it; ${percent(inZone.read)} of the reads were answered there`,
  ];
}

/** How long after a node's return reads were stale. */
function staleLine({ name, windows = [] }: ScenarioReport): string {
  const share = ({ reads, staleReads }: Window) => ((100 * staleReads) / (reads || 1)).toFixed(1);
  return `stale   ${name}: ${windows.map((each) => `${each.name} ${share(each)} %`).join(', ')}`;
}

/** In the order in which they fire. */
function alarmLine({ name, lastedMinutes, alarms }: ScenarioReport): string {
  const lasted = lastedMinutes === undefined ? '' : ` (${lastedMinutes} minutes)`;
  return `alarms  ${name}${lasted}: ${alarms.map((each) => `${each.name} ${each.afterMinutes} min`).join(', ')}`;
}

/** What nothing can be said of here. */
function notEvaluatedLines({ notEvaluated }: ClusterReport): string[] {
  if (notEvaluated.length === 0) return [];
  const names = notEvaluated.map(({ name }) => name).join(', ');
  const count = `${notEvaluated.length} ${notEvaluated.length === 1 ? 'alarm' : 'alarms'}`;
  return folded(`not evaluated: ${count} (AWS publishes their metrics, or learns their thresholds): ${names}`);
}

/** Broken between words. */
function folded(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= LINE_WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : `  ${word}`);
  }
  return lines;
}

export function table(scenarios: readonly ScenarioReport[]): string[] {
  const rows = [columns.map(({ title }) => title), ...scenarios.map((each) => columns.map(({ cell }) => cell(each)))];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** What broke, in one line; the last line of a rehearsal. */
export function verdict(clusters: readonly ClusterReport[]): string {
  const broken = clusters.flatMap(({ template, failure, scenarios }) => [
    ...(failure === undefined ? [] : [`${template.stack}: ${failure.split('\n')[0]}`]),
    ...scenarios.flatMap(({ name, promises }) =>
      promises
        .filter(({ kept }) => !kept)
        .map(({ promise, measured }) => `${template.stack}: ${name}: ${promise}, measured ${figure(measured)}`),
    ),
  ]);
  if (broken.length > 0) return `did not survive: ${broken.join('; ')}`;
  return clusters.every(({ survived }) => survived) ? 'survived' : 'did not survive: no scenario ran';
}

const figure = (value: number): string => String(Math.round(value * 1e5) / 1e5);
