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
  readonly lastedMinutes?: number;
  readonly alarms: readonly { readonly name: string; readonly afterMinutes: number }[];
}

const HEALING = ['healthy', 'node-killed', 'proxy-killed', 'zone-lost', 'node-hung', 'node-cut', 'second-fault'];
/** What lasts, and the alarms that fire for it. */
const LASTING: Record<string, string[]> = {
  'node-gone': ['ZoneANodeUnreachable'],
  'proxy-gone': ['ProxiesMissing'],
  'zone-gone': ['ZoneADown', 'ZoneANodeUnreachable'],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  if (!existsSync(CLI)) throw new Error('the rehearsal is not built, expected rehearsal/dist: npm run build');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each<[string, HaCacheStackProps, zones: number, nodes: number, only: string[] | null]>([
  ['EC2, replicated, three zones', { ...THREE_ZONES, nodes: MemcachedNodes.ec2() }, 3, 3, null],
  ['EC2, sharded', { topology: CacheTopology.sharded() }, 2, 4, ['zone-lost', 'node-hung', 'zone-paused']],
  [
    'Fargate, replicated',
    { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) },
    2,
    4,
    ['zone-lost', 'node-hung', 'zone-paused'],
  ],
  [
    'Fargate, sharded, three zones',
    { ...THREE_ZONES, nodes: MemcachedNodes.fargate(), topology: CacheTopology.sharded() },
    3,
    3,
    ['zone-lost', 'node-hung', 'node-cut'],
  ],
])('the ready-made stack keeps its promises: %s', (name, props, zones, nodes, only) => {
  const outdir = join(folder, name.replace(/\W+/g, '-'));
  const app = new App({
    outdir,
    context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES },
  });
  new HaCacheStack(app, 'HaCache', props);
  app.synth();

  const report = join(outdir, 'report');
  const words = [CLI, 'rehearse', outdir, '--report', report, ...(only ? ['--only', only.join(',')] : [])];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0, said: expect.stringMatching(/survived\n$/) });

  const read = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
  expect(read.template.stack).toBe('HaCache');
  expect(read.zones).toHaveLength(zones);
  expect(read.nodes).toBe(nodes);
  const scenarios: Scenario[] = read.scenarios;
  const lasting = only ? [] : Object.keys(LASTING);
  const names = only ?? [...HEALING, ...lasting];
  expect(scenarios.map((scenario) => scenario.name)).toEqual(names);
  const alarmed = scenarios.filter(({ alarms }) => alarms.length > 0).map((scenario) => scenario.name);
  expect(alarmed).toEqual(lasting);
  for (const scenario of scenarios.filter((each) => lasting.includes(each.name))) {
    const { name, alarms, lastedMinutes } = scenario;
    expect(alarms.map((alarm) => alarm.name)).toEqual(expect.arrayContaining(LASTING[name]));
    expect(alarms.map((alarm) => alarm.name)).not.toContain('CacheDown');
    for (const { afterMinutes } of alarms.filter((alarm) => LASTING[name].includes(alarm.name))) {
      expect(afterMinutes).toBeGreaterThan(1);
      expect(afterMinutes).toBeLessThanOrEqual(lastedMinutes!);
    }
  }
  expect(existsSync(join(report, 'dashboard.svg'))).toBe(true);
  for (const { requests, errors, hits, misses, staleReads, lostKeyShare } of scenarios) {
    expect(requests).toBeGreaterThan(500);
    expect({ errors, staleReads }).toEqual({ errors: 0, staleReads: 0 });
    const missRatio = misses / (hits + misses);
    expect(missRatio).toBeLessThanOrEqual(read.topology === 'replicated' ? 0.001 : lostKeyShare + 0.01);
  }
  const broken = scenarios.filter((each) => each.name !== 'healthy');
  for (const { recoverySeconds } of broken) expect(recoverySeconds).toBeGreaterThan(0);
});
