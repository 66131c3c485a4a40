import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { HaCacheStack } from '../../lib';
import { type CellReport } from '../../rehearsal/chaos/report';
import { template, writeAssembly } from './fixtures/assembly';
import { Program } from './fixtures/program';

let program: Program;
beforeAll(() => (program = new Program()), 180_000);
afterAll(() => program.remove());

/** Runs some cells of the matrix, more than once when asked for, into one report. */
function chaos(assembly: string, only: string) {
  const report = join(assembly, 'report');
  const { status, stdout, stderr } = program.run(['rehearse', assembly, '--chaos', '--report', report, '--only', only]);
  const [cluster] = JSON.parse(readFileSync(join(report, 'chaos.json'), 'utf8')).clusters;
  const cells: CellReport[] = cluster.cells;
  return { status, output: stdout + stderr, cluster, cells, table: readFileSync(join(report, 'chaos.md'), 'utf8') };
}

test('the ready-made stack keeps what cells of the matrix promise', () => {
  const outdir = join(program.folder, 'ready-made');
  const app = new App({ outdir });
  new HaCacheStack(app, 'HaCache');
  app.synth();

  const { status, output, cells, cluster, table } = chaos(outdir, 'node/hang-1s,near-link/refuse');
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(cluster).toMatchObject({ topology: 'replicated', compute: 'EC2' });
  expect(cells.map(({ cell }) => cell)).toEqual(['node/hang-1s', 'near-link/refuse']);
  for (const cell of cells) {
    expect(cell).toMatchObject({ errors: 0, staleAfter: 0, lostKeys: 0 });
    expect(cell.requests).toBeGreaterThan(500);
    expect(table).toContain(`| \`${cell.cell}\` | ${cell.requests} | 0 |`);
  }
}, 180_000);

test('a cell fails when a node that stood still is read as if nothing had been', () => {
  // These routes know nothing of what a node missed.
  const content = template({ compute: 'fargate', topology: 'replicated' });
  const { status, output, cells } = chaos(writeAssembly(join(program.folder, 'stale'), content), 'node/hang-1s');

  expect({ status, output }).toMatchObject({
    status: 1,
    output: expect.stringContaining('node/hang-1s: BROKEN stale'),
  });
  expect(cells[0]!.staleAfter).toBeGreaterThan(0);
}, 180_000);
