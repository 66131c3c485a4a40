import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cells } from '../../../rehearsal/chaos/cells';
import { merge, writeMatrix } from '../../../rehearsal/chaos/matrix';
import { promisesOf } from '../../../rehearsal/chaos/promises';
import type { CellReport, ChaosCluster, Matrix } from '../../../rehearsal/chaos/report';
import { matrixText } from '../../../rehearsal/chaos/table';
import type { Topology } from '../../../rehearsal/assembly/plan';

const well = {
  ...{ broken: 'it', requests: 1000, errors: 0, errorsBy: {}, errorMessages: [], hits: 900, misses: 0, staleReads: 0 },
  ...{ hitRatio: 1, lostShare: 0, staleDuring: 0, staleAfter: 0, lostKeys: 0, keys: 8000, normalSeconds: 0 },
  ...{ serviceSeconds: 1, alarms: [], alarmsSeen: false, stallMs: 10 },
};

function ran(name: string, figures: Partial<CellReport> = {}, topology: Topology = 'replicated'): CellReport {
  const cell = cells.find((each) => each.name === name)!;
  const measured = { ...well, cell: name, target: cell.target.name, fault: cell.fault.name, ...figures };
  return { ...measured, promises: promisesOf(cell, topology, measured) };
}

const broken = (report: CellReport) => report.promises.filter(({ kept }) => !kept).map(({ id }) => id);

const cluster = (stack: string, reports: CellReport[], sha256 = 'x'): ChaosCluster => ({
  ...{ cluster: `${stack}-Cache`, template: { stack, file: 'f', sha256 }, topology: 'replicated', compute: 'EC2' },
  ...{ zones: ['a', 'b'], nodes: 4, proxies: 2, cells: reports },
});
const matrix = (...clusters: ChaosCluster[]): Matrix => ({ versions: { memcached: '1.6.45' }, clusters });

describe('a cell promises', () => {
  test('no errors', () => expect(broken(ran('node/kill', { errors: 1 }))).toEqual(['errors']));

  test('nothing stale after return, nor before the end of what may return before', () => {
    expect(broken(ran('node/cut-10s', { staleAfter: 1 }))).toEqual(['stale']);
    expect(broken(ran('node/cut-10s', { staleDuring: 1 }))).toEqual([]);
    expect(broken(ran('node/hang-30s', { staleDuring: 1 }))).toEqual(['stale']);
  });

  test('hits, by the topology', () => {
    expect(broken(ran('node/flap', { hitRatio: 0.998 }))).toEqual(['hits']);
    const lost = { lostShare: 0.25 };
    expect(broken(ran('node/flap', { ...lost, hitRatio: 0.745 }, 'sharded'))).toEqual([]);
    expect(broken(ran('node/flap', { ...lost, hitRatio: 0.735 }, 'sharded'))).toEqual(['hits']);
  });

  test('most of what was read in between, at a second fault', () => {
    expect(broken(ran('second-fault', { hitRatio: 0.991 }))).toEqual([]);
    expect(broken(ran('second-fault', { hitRatio: 0.989 }))).toEqual(['hits']);
  });

  test('to be normal soon after a kill or hang', () => {
    expect(broken(ran('zone/hang-30s', { normalSeconds: 5.1 }))).toEqual(['normal']);
    expect(ran('zone/cut-10s', { normalSeconds: 10 }).promises.map(({ id }) => id)).toEqual([
      'errors',
      'stale',
      'hits',
    ]);
  });
});

test('runs add up, cell by cell, until the template changes', () => {
  const first = matrix(cluster('A', [ran('proxy/kill', { errors: 7 }), ran('node/flap')]), cluster('B', []));
  const both = merge(first, matrix(cluster('A', [ran('proxy/kill'), ran('node/kill')])));
  const [a, b] = both.clusters;
  expect(a!.cells.map(({ cell, errors }) => [cell, errors])).toEqual([
    ['node/kill', 0],
    ['node/flap', 0],
    ['proxy/kill', 0],
  ]);
  expect(b!.template.stack).toBe('B');
  const other = merge(first, matrix(cluster('A', [ran('node/kill')], 'y')));
  expect(other.clusters[0]!.cells.map(({ cell }) => cell)).toEqual(['node/kill']);
});

test('a folder keeps them, with the table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  try {
    writeMatrix(folder, matrix(cluster('A', [ran('node/kill')])));
    writeMatrix(folder, matrix(cluster('A', [ran('node/flap')])));
    expect(JSON.parse(readFileSync(join(folder, 'chaos.json'), 'utf8')).clusters[0].cells).toHaveLength(2);
    expect(readFileSync(join(folder, 'chaos.md'), 'utf8')).toContain('| `node/flap` | 1000 | 0 |');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a row says what it does not keep, with the number of the reason', () => {
  const report = ran('node/refuse', { errors: 3, errorsBy: { memcached: 3 }, hitRatio: 0.5 });
  const [errors, ...others] = report.promises;
  const limited = { ...report, promises: [{ ...errors!, limit: 'no cluster could' }, ...others] };
  const text = matrixText(matrix(cluster('A', [limited])));
  expect(text).toContain('### Replicated, EC2: 4 nodes and 2 proxies in 2 zones');
  expect(text).toMatch(/\| `node\/refuse` \| 1000 \| 3 \(memcached 3\) .*\| errors \(1\), hits \(2\) \|/);
  expect(text).toContain('\n1. errors: no cluster could.\n2. hits: no reason is known');
});
