import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goalsOf } from '../../../rehearsal/bench/goals';
import type { Measured } from '../../../rehearsal/bench/report';
import { writeBench } from '../../../rehearsal/bench/write';

const rounds = (perSecond: number[], cpu?: number) =>
  perSecond.map((each) => ({ perSecond: each, cpuMicroseconds: cpu }));
const latency = (p99: number) => [{ p50: 10, p99, p999: 200 }];
const outage = { operations: 100, errors: 0, retries: 1 };

const measured: Measured = {
  machine: '2 cores (any)',
  versions: { memcached: '1.6.45' },
  rounds: 2,
  throughput: [
    {
      row: 'get-heavy',
      rounds: {
        direct: rounds([100_000, 50_000]),
        relay: rounds([60_000, 31_000], 10),
        replicated: rounds([60_000, 30_000], 10.4),
        sharded: rounds([50_000, 25_000], 11),
        twemproxy: rounds([55_000, 27_500], 12),
      },
    },
    { row: 'multiget', rounds: { direct: rounds([100]), replicated: rounds([85]), sharded: rounds([70]) } },
    { row: 'pipelined', rounds: { direct: rounds([100]), replicated: rounds([60]), twemproxy: rounds([90]) } },
  ],
  latency: [{ row: 'latency-busy', rounds: { direct: latency(50), sidecar: latency(80), tier: latency(150) } }],
  outage: [
    { path: 'replicated', ...outage, recoverySeconds: 0.3, hitRatio: 1 },
    { path: 'sharded', ...outage, recoverySeconds: 0.3, hitRatio: 0.668 },
    { path: 'reference', ...outage, errors: 9, recoverySeconds: 6, hitRatio: 0.3 },
    { path: 'modulo', operations: 0, errors: 0, retries: 0, recoverySeconds: 0, hitRatio: 0.33 },
  ],
  synthesis: {
    imports: { core: [500, 520], library: [90, 80] },
    rows: [
      {
        nodes: 99,
        resources: 300,
        validated: false,
        library: [300, 330],
        bare: [200, 200],
        librarySynth: [210, 250],
        includedSynth: [100, 100],
      },
      {
        nodes: 99,
        resources: 300,
        validated: true,
        library: [900],
        bare: [200],
        librarySynth: [800],
        includedSynth: [100],
      },
    ],
  },
};

const metOf = (of: Measured) => goalsOf(of).map(({ measured: value, met }) => [value, met]);

test('each goal has its figure, and whether it is met', () => {
  expect(metOf(measured)).toEqual([
    ['first', true],
    ['0.85', true],
    ['0.70', false],
    ['0.60', false],
    ['not measured', undefined],
    ['0.87', true],
    ['1.04', true],
    ['0.92', false],
    ['1.10', false],
    ['0.30', true],
    ['0.05, 0 errors', true],
    ['0.2 %', true],
    ['1.57', true],
    ['2.30', false],
  ]);
});

test('a rival that is faster in one row, an error, and hits that are too many or too few', () => {
  const [first, ...others] = measured.throughput;
  const nginx = { ...first, rounds: { ...first.rounds, nginx: rounds([70_000, 35_000]) } };
  const goals = goalsOf({
    ...measured,
    throughput: [nginx, ...others],
    outage: measured.outage.map((each) => ({ ...each, errors: 1, hitRatio: 0.69 })),
  });
  expect(goals[0]).toMatchObject({ measured: 'get-heavy: nginx faster', met: false });
  expect(goals[10]).toMatchObject({ measured: '0.05, 1 errors', met: false });
  expect(goals[11]).toMatchObject({ measured: '3.5 %', met: false });
});

test('a tier that adds nothing is nothing to compare with', () => {
  const of = (sidecar: number, tier: number) => {
    const rounds = { direct: latency(50), sidecar: latency(sidecar), tier: latency(tier) };
    return goalsOf({ ...measured, latency: [{ row: 'latency-busy', rounds }] })[9];
  };
  expect(of(80, 40).met).toBeUndefined();
  expect(of(40, 80)).toMatchObject({ measured: '0.00', met: true });
});

test('what was not measured is neither met nor missed', () => {
  const nothing = { ...measured, throughput: [], latency: [], outage: [], synthesis: undefined };
  expect(new Set(metOf(nothing).map(String))).toEqual(new Set(['not measured,']));
});

test('is written as JSON, as Markdown and as a picture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  try {
    const report = { ...measured, goals: goalsOf(measured) };
    const text = writeBench(join(folder, 'new'), report);
    const read = (name: string) => readFileSync(join(folder, 'new', name), 'utf8');
    expect(read('bench.md')).toBe(text);
    expect(text).toContain('| get-heavy | 75 | 0.61 (0.60–0.62) | 0.60 (0.60–0.60) |');
    expect(text).toContain(
      '| 99 | 300 | on | 900 (900–900) | 200 (200–200) | 4.50 (4.50–4.50) | 800 (800–800) | 100 (100–100) | 8.00 (8.00–8.00) |',
    );
    expect(text).toContain('| modulo | – | – | – | – | 33.0 |');
    expect(JSON.parse(read('report.json'))).toMatchObject({ rounds: 2, goals: report.goals });
    expect(read('bench.svg')).toMatch(/^<svg[^]*replicated[^]*<\/svg>\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
