import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures, StrategyReport } from '../../../rehearsal/compare/report';
import type { ScenarioReport } from '../../../rehearsal/report/report';
import { writeComparison } from '../../../rehearsal/compare/write';
import { comparisonText } from '../../../rehearsal/compare/table';

const phase = { requests: 1000, errors: 1, hits: 225, misses: 675, staleReads: 9, hitRatio: 0.25 };

const figures: Figures = {
  healthy: phase,
  nodeLost: { ...phase, hits: 300, misses: 600, hitRatio: 1 / 3 },
  errors: 3,
  staleReads: 21,
  recoverySeconds: 4.2,
  stallMs: 20,
  throughput: { direct: 50_000, proxied: 20_000, ratio: 0.4 },
  memccapable: { passed: 26, total: 27, failed: ['flush'] },
  clients: [
    { library: 'one', protocol: 'ascii', works: true },
    { library: 'two', protocol: 'ascii', works: true, why: 'no incr' },
    { library: 'raw meta', protocol: 'meta', works: true },
    { library: 'one', protocol: 'binary', works: false, why: 'set: no answer' },
  ],
  scenarios: [
    { p50Ms: 0.61, p99Ms: 3.14, inZone: { entered: 0.9, forwarded: 0.27, read: 0.3 } },
    { broken: 'a node', p50Ms: 1, p99Ms: 200 },
  ] as unknown as ScenarioReport[],
};

const row = (changed: Partial<StrategyReport> = {}): StrategyReport => ({
  strategy: 'Balanced',
  cluster: 'Balanced-Cache',
  template: { stack: 'Balanced', file: 'cdk.out/Balanced.template.json', sha256: 'abc' },
  topology: 'sharded',
  zones: ['a', 'b'],
  nodes: 4,
  proxies: 2,
  figures,
  ...changed,
});

const cellsOf = (text: string, line: number): string[] =>
  text
    .split('\n')
    [line]!.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

test('a row has the figures of a strategy', () => {
  const text = comparisonText({ strategies: [row()], versions: { memcached: '1.6.38', nutcracker: '0.5.0' } });
  const [titles, cells] = [cellsOf(text, 0), cellsOf(text, 2)];
  expect(Object.fromEntries(titles.map((title, i) => [title, cells[i]]))).toEqual({
    strategy: 'Balanced',
    nodes: '4',
    'hit % healthy': '25.0',
    'hit % node lost': '33.3',
    errors: '3',
    'stale reads': '21',
    'p50 ms': '0.6',
    'p99 ms': '3.1',
    'in zone %': '27',
    'read in zone %': '30',
    'recovery s': '4.2',
    throughput: '0.40',
    memccapable: '26/27',
  });
  expect(text.trimEnd().split('\n').at(-1)).toBe('memcached 1.6.38, nutcracker 0.5.0');
});

test('what was not measured is a dash', () => {
  const partly = { ...figures, nodeLost: undefined, recoverySeconds: null, throughput: null, scenarios: [] };
  const cells = cellsOf(comparisonText({ strategies: [row({ figures: partly })], versions: {} }), 2);
  expect(cells.slice(2, 11)).toEqual(['25.0', '–', '3', '21', '–', '–', '–', '–', '–']);
});

test.each([
  [{ missingEngine: 'mcrouter' }, 'Other – not rehearsed: no mcrouter binary'],
  [{ failure: 'node a1 did not boot\nthe end of its log' }, 'Other – failed: node a1 did not boot'],
])('a strategy without figures says why: %j', (why, name) => {
  const other = row({ strategy: 'Other', figures: undefined, ...why });
  const text = comparisonText({ strategies: [row(), other], versions: {} });
  expect(cellsOf(text, 3).slice(0, 3)).toEqual([name, '4', '–']);
});

test('each client has a column, each rehearsed strategy a row', () => {
  const strategies = [row(), row({ strategy: 'Lacking', figures: undefined }), row({ strategy: 'Other' })];
  const text = comparisonText({ strategies, versions: {} });
  const at = text.split('\n').findIndex((line) => line.includes('one, ascii'));
  expect([at, at + 2, at + 3].map((line) => cellsOf(text, line))).toEqual([
    ['strategy', 'one, ascii', 'two, ascii', 'raw meta, meta', 'one, binary'],
    ['Balanced', 'yes', 'yes', 'yes', 'no'],
    ['Other', 'yes', 'yes', 'yes', 'no'],
  ]);
});

test('every line of the table is as long as the others', () => {
  const lines = comparisonText({ strategies: [row(), row({ strategy: 'A longer name' })], versions: {} }).split('\n');
  expect(new Set(lines.slice(0, 4).map((line) => line.length)).size).toBe(1);
});

test('is written as JSON and as Markdown', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compare-test-'));
  try {
    const comparison = { strategies: [row()], versions: { memcached: '1.6.38' }, releases: [] };
    const text = writeComparison(join(folder, 'new'), comparison);
    expect(readFileSync(join(folder, 'new/compare.md'), 'utf8')).toBe(text);
    expect(JSON.parse(readFileSync(join(folder, 'new/compare.json'), 'utf8'))).toEqual(comparison);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
