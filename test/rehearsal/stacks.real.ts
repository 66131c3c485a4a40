import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CacheTopology, HaCacheStack, MemcachedNodes, type HaCacheStackProps } from '../../lib';
import { ACCOUNT, REGION, ZONES } from '../synth';

const CLI = resolve(__dirname, '../../rehearsal/dist/cli.js');
const THREE_ZONES = { env: { account: ACCOUNT, region: REGION } };

interface Scenario {
  readonly name: string;
  readonly requests: number;
  readonly errors: number;
  readonly hits: number;
  readonly misses: number;
  readonly staleReads: number;
  readonly recoverySeconds: number;
  readonly lostKeyShare: number;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  if (!existsSync(CLI)) throw new Error('the rehearsal is not built, expected rehearsal/dist: npm run build');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each<[string, HaCacheStackProps, zones: number, nodes: number]>([
  ['EC2, replicated, three zones', { ...THREE_ZONES, nodes: MemcachedNodes.ec2() }, 3, 3],
  ['EC2, sharded', { topology: CacheTopology.sharded() }, 2, 4],
  ['Fargate, replicated', { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) }, 2, 4],
  [
    'Fargate, sharded, three zones',
    { ...THREE_ZONES, nodes: MemcachedNodes.fargate(), topology: CacheTopology.sharded() },
    3,
    3,
  ],
])('the ready-made stack keeps its promises: %s', (name, props, zones, nodes) => {
  const outdir = join(folder, name.replace(/\W+/g, '-'));
  const app = new App({
    outdir,
    context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES },
  });
  new HaCacheStack(app, 'HaCache', props);
  app.synth();

  const report = join(outdir, 'report');
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'rehearse', outdir, '--report', report], {
    encoding: 'utf8',
  });
  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0, said: expect.stringMatching(/survived\n$/) });

  const read = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
  expect(read.template.stack).toBe('HaCache');
  expect(read.zones).toHaveLength(zones);
  expect(read.nodes).toBe(nodes);
  const scenarios: Scenario[] = read.scenarios;
  expect(scenarios.map((scenario) => scenario.name)).toEqual(['healthy', 'node-killed', 'proxy-killed', 'zone-lost']);
  for (const { requests, errors, hits, misses, lostKeyShare } of scenarios) {
    expect(requests).toBeGreaterThan(500);
    expect(errors).toBe(0);
    const missRatio = misses / (hits + misses);
    expect(missRatio).toBeLessThanOrEqual(read.topology === 'replicated' ? 0.001 : lostKeyShare + 0.01);
  }
  for (const { recoverySeconds } of scenarios.slice(1)) expect(recoverySeconds).toBeGreaterThan(0);
});
