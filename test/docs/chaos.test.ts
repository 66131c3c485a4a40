import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Topology } from '../../rehearsal/assembly/plan';
import { cellNamesOf, cells } from '../../rehearsal/chaos/cells';
import { bounds } from '../../rehearsal/chaos/promises';
import { hitBounds } from '../../rehearsal/report/promises';
import { unknown } from '../../rehearsal/chaos/table';

/** The tables that `npm run chaos` wrote: each promise against each row. */
const text = readFileSync(join(__dirname, '../../docs/chaos.md'), 'utf8');
const [, matrix = ''] = text.split('<!-- the tables begin -->');

/** What stands under a heading, until the next one. */
const sections = new Map(
  matrix.split(/^### /m).map((part) => [part.split('\n')[0]!, part.split('\n').slice(1).join('\n')]),
);

const reasons = new Map(
  [...(sections.get('What is not kept, and why') ?? '').matchAll(/^(\d+)\. (.*)$/gm)].map((found) => [
    found[1]!,
    found[2]!,
  ]),
);

type Row = Readonly<Record<string, string>>;

function rowsOf(section: string): Row[] {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const cellsIn = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((word) => word.trim());
  const [titles, , ...rows] = lines.map(cellsIn);
  return rows.map((words) => Object.fromEntries(titles!.map((title, i) => [title, words[i]!])));
}

/** The promises that a row does not keep, by its figures alone. */
function brokenIn(row: Row): string[] {
  const name = row.cell!.replaceAll('`', '');
  const { fault } = cells.find((each) => each.name === name)!;
  const stale = Number(row['stale after']) + (fault.returnsMeanwhile ? Number(row['stale during']) : 0);
  const hasNormal = fault.how === 'kill' || fault.how === 'hang';
  return [
    ...(row.errors === '0' ? [] : ['errors']),
    ...(stale === 0 ? [] : ['stale reads']),
    // Two digits each: what is less by a rounding is none.
    ...(Number(row['hit % during']) >= Number(row['least hit %']) - 0.01 ? [] : ['hits']),
    ...(hasNormal && Number(row['normal s']) > bounds.normalSeconds ? [`normal within ${bounds.normalSeconds} s`] : []),
  ];
}

const combinations: [string, Topology][] = [
  ['Replicated, EC2', 'replicated'],
  ['Replicated, Fargate', 'replicated'],
  ['Sharded, EC2', 'sharded'],
  ['Sharded, Fargate', 'sharded'],
];

describe.each(combinations)('%s', (title, topology) => {
  const [, section] = [...sections].find(([heading]) => heading.startsWith(`${title}:`)) ?? [];
  const rows = rowsOf(section ?? '');

  test('has a row for every cell, or says that it is not measured yet', () => {
    const missing = (sections.get('Not measured yet') ?? '').split('\n').find((line) => line.includes(title)) ?? '';
    const names = [...rows.map((row) => row.cell!), ...(missing.match(/`[^`]+`/g) ?? [])];
    expect(text.includes(`- Not measured yet: ${title}.`)).toBe(section === undefined);
    if (section === undefined) return;
    expect(names.map((name) => name.replaceAll('`', '')).sort()).toEqual(cellNamesOf(topology).sort());
  });

  test('keeps every promise in every row, or has a reason', () => {
    for (const row of rows) {
      const noted = [...row['not kept']!.matchAll(/([a-z][\w ]*) \((\d+)\)/g)];
      const broken = brokenIn(row);
      for (const promise of broken)
        expect({ row, promises: noted.map((each) => each[1]) }).toMatchObject({
          promises: expect.arrayContaining([promise]),
        });
      for (const [, promise, number] of noted) {
        expect({ row, reason: reasons.get(number!) }).toMatchObject({ reason: expect.stringMatching(`^${promise}: `) });
        expect({ row, reason: reasons.get(number!) }).not.toMatchObject({ reason: expect.stringContaining(unknown) });
      }
    }
  });

  test('is promised what the topology promises', () => {
    for (const row of rows) {
      const least = Number(row['least hit %']);
      if (row.cell === '`second-fault`') expect(least).toBe(100 * hitBounds.afterSecond);
      else if (topology === 'replicated') expect(least).toBe(99.9);
      else if (!/^`(node|zone|near-link|far-link)\//.test(row.cell!)) expect(least).toBe(99);
      else expect(least).toBeLessThan(99);
    }
  });
});
