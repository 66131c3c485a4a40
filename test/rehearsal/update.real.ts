import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CacheTopology, HaCacheStack, MemcachedNodes, type HaCacheStackProps } from '../../lib';

const CLI = resolve(__dirname, '../../rehearsal/dist/cli.js');

/**
 * Each shape one way, in a minute and a half. Every shape both ways, in six:
 *
 *     EVERY_UPDATE=1 npx jest test/rehearsal/update.real.ts --selectProjects timed
 */
const SHAPES: Record<string, (nodesPerZone: number) => HaCacheStackProps> = {
  'EC2, replicated': (nodesPerZone) => ({ nodes: MemcachedNodes.ec2({ nodesPerZone }) }),
  'Fargate, sharded': (nodesPerZone) => ({
    nodes: MemcachedNodes.fargate({ nodesPerZone }),
    topology: CacheTopology.sharded(),
  }),
  'EC2, sharded': (nodesPerZone) => ({
    nodes: MemcachedNodes.ec2({ nodesPerZone }),
    topology: CacheTopology.sharded(),
  }),
  'Fargate, replicated': (nodesPerZone) => ({ nodes: MemcachedNodes.fargate({ nodesPerZone }) }),
};
const EVERY = Object.keys(SHAPES).flatMap((shape): [string, number, number][] => [
  [shape, 1, 2],
  [shape, 2, 1],
]);
const CHOSEN: [string, number, number][] = [
  ['EC2, replicated', 1, 2],
  ['Fargate, sharded', 2, 1],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'updates-'));
  if (!existsSync(CLI)) throw new Error('the rehearsal is not built, expected rehearsal/dist: npm run build');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function assembly(shape: string, nodesPerZone: number): string {
  const outdir = join(folder, `${shape.replace(/\W+/g, '-')}-${nodesPerZone}`);
  const app = new App({ outdir });
  new HaCacheStack(app, 'HaCache', SHAPES[shape](nodesPerZone));
  app.synth();
  return outdir;
}

test.each(process.env.EVERY_UPDATE ? EVERY : CHOSEN)(
  '%s: from %d to %d nodes a zone costs no error and no more keys than must move',
  (shape, from, to) => {
    const report = join(folder, 'report');
    const assemblies = ['--from', assembly(shape, from), '--to', assembly(shape, to)];
    const words = [CLI, 'rehearse', ...assemblies, '--report', report];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    process.stderr.write(stdout);
    expect({ status, said: stdout + stderr }).toMatchObject({ status: 0, said: expect.stringMatching(/survived\n$/) });

    const read = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
    const [update] = read.scenarios;
    expect(read.nodes).toBe(2 * to);
    expect(update).toMatchObject({ name: 'update', errors: 0, lostNodes: to < from ? ['a2', 'b2'] : [] });
    // Of two nodes in each place of the keys there is one, before or after.
    expect(update.lostKeyShare).toBeGreaterThan(0.49);
    expect(update.lostKeyShare).toBeLessThanOrEqual(0.51);
    expect(update.broken).toBe(
      to < from ? 'the proxies rolled; nodes a2, b2 removed' : 'nodes a2, b2 added; the proxies rolled',
    );
    expect(update.promises.map(({ kept }: { kept: boolean }) => kept)).toEqual([true, true, true]);
  },
);
