import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, HaCacheStack, MemcachedNodes, Routing, type HaCacheStackProps } from '../../lib';
import type { Comparison, Figures, StrategyReport } from '../../rehearsal/compare/report';

const CLI = resolve(__dirname, '../../rehearsal/dist/cli.js');
const fargate = MemcachedNodes.fargate({ nodesPerZone: 2 });
const topology = CacheTopology.sharded();

/** On Fargate where an engine has to follow the names of nodes, whose addresses change; `npm run compare` is on EC2. */
const strategies: Record<string, HaCacheStackProps> = {
  MemcachedProxy: {},
  Mcrouter: { routing: Routing.mcrouter({ image: ContainerImage.fromRegistry('mcrouter') }) },
  Twemproxy: { routing: Routing.twemproxy(), topology, nodes: fargate },
  HaproxyRoundRobin: { routing: Routing.haproxy(), nodes: fargate },
  HaproxyStandby: { routing: Routing.haproxy({ standby: true }), nodes: fargate },
  NginxStream: { routing: Routing.nginxStream(), nodes: fargate },
  NetworkLoadBalancer: { routing: Routing.networkLoadBalancer(), nodes: fargate },
  ClientSide: { routing: Routing.clientSide({ autoDiscovery: true }), topology },
};

let folder: string;
let comparison: Comparison;

beforeAll(() => {
  if (!existsSync(CLI)) throw new Error('the rehearsal is not built, expected rehearsal/dist: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'strategies-'));
  const outdir = join(folder, 'cdk.out');
  const app = new App({ outdir });
  for (const [name, props] of Object.entries(strategies)) new HaCacheStack(app, name, props);
  app.synth();

  const words = ['compare', outdir, '--only', 'node-lost', '--report', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words], { encoding: 'utf8' });
  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
  comparison = JSON.parse(readFileSync(join(folder, 'compare.json'), 'utf8'));
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reportOf = (name: string): StrategyReport => comparison.strategies.find(({ strategy }) => strategy === name)!;

function figuresOf(name: string): Figures {
  const { figures, failure } = reportOf(name);
  if (!figures) throw new Error(`${name} was not rehearsed: ${failure}`);
  return figures;
}

const working = (name: string, protocol: string): boolean[] =>
  figuresOf(name)
    .clients.filter((client) => client.protocol === protocol)
    .map(({ works }) => works);

const proxied = ['MemcachedProxy', 'Twemproxy', 'HaproxyRoundRobin', 'HaproxyStandby', 'NginxStream'];
const layer4 = ['HaproxyRoundRobin', 'NginxStream', 'NetworkLoadBalancer'];
const everyProtocol = [...layer4, 'HaproxyStandby', 'ClientSide'];

test('the table has a row for each strategy', () => {
  const rows = readFileSync(join(folder, 'compare.md'), 'utf8').split('\n').slice(2);
  Object.keys(strategies).forEach((name, i) => expect(rows[i]).toContain(`| ${name} `));
});

test('mcrouter is rehearsed where there is one, and its row says so where there is none', () => {
  const { figures, missingEngine } = reportOf('Mcrouter');
  expect(missingEngine).toBe(process.env.CDK_MEMCACHED_MCROUTER ? undefined : 'mcrouter');
  expect(figures === undefined).toBe(missingEngine === 'mcrouter');
});

test.each(Object.keys(strategies).filter((name) => name !== 'Mcrouter'))(
  '%s serves while a node is lost, and after it',
  (name) => {
    const { scenarios, recoverySeconds } = figuresOf(name);
    expect(scenarios.map((scenario) => scenario.name)).toEqual(['node-lost']);
    expect(scenarios[0].requests).toBeGreaterThan(500);
    expect(scenarios[0].errors / scenarios[0].requests).toBeLessThan(0.02);
    expect(recoverySeconds).toBeLessThan(45);
  },
);

test('copies in every zone keep the hits', () => {
  expect(figuresOf('MemcachedProxy').nodeLost!.hitRatio).toBeGreaterThan(0.99);
});

test.each(['Twemproxy', 'ClientSide'])('%s loses the keys of the lost node and no more', (name) => {
  const { hitRatio } = figuresOf(name).nodeLost!;
  expect(hitRatio).toBeGreaterThan(0.5);
  expect(hitRatio).toBeLessThan(0.99);
});

test.each(layer4)('%s finds about 1 in N values, and answers older ones: what its warning says', (name) => {
  const { nodeLost, staleReads } = figuresOf(name);
  expect(nodeLost!.hitRatio).toBeGreaterThan(0.15);
  expect(nodeLost!.hitRatio).toBeLessThan(0.6);
  expect(staleReads).toBeGreaterThan(0);
});

test('one active node answers nothing older, and takes its keys with it', () => {
  const { nodeLost, staleReads } = figuresOf('HaproxyStandby');
  expect(staleReads).toBe(0);
  expect(nodeLost!.hitRatio).toBeLessThan(0.9);
});

/** The checks that a node itself passes, from the same run: releases differ. Clients that know the nodes ask one. */
const plain = () => figuresOf('ClientSide').memccapable;

test.each(everyProtocol)('%s passes every protocol', (name) => {
  expect(figuresOf(name).memccapable).toEqual(plain());
  expect(['delete', 'delete noreply']).toEqual(expect.arrayContaining(plain().failed));
  expect(working(name, 'meta')).toEqual([true]);
  expect(working(name, 'binary')).toEqual([true, true, true]);
});

test.each(['MemcachedProxy', 'Twemproxy'])('%s passes the text protocol and not the binary one', (name) => {
  expect(working(name, 'ascii')).not.toContain(false);
  expect(working(name, 'binary')).not.toContain(true);
});

test('memcached’s proxy passes meta commands, and every check but those its parser refuses', () => {
  expect(working('MemcachedProxy', 'meta')).toEqual([true]);
  const { passed, failed, total } = figuresOf('MemcachedProxy').memccapable;
  const more = failed.filter((check) => !plain().failed.includes(check));
  expect(more.sort()).toEqual(['flush', 'flush noreply', 'verbosity']);
  expect(passed).toBe(total - failed.length);
});

test.each(proxied)('the throughput of %s is measured beside that of the nodes', (name) => {
  const { direct, ratio } = figuresOf(name).throughput!;
  expect(direct).toBeGreaterThan(1000);
  expect(ratio).toBeGreaterThan(0.05);
});

test.each(['NetworkLoadBalancer', 'ClientSide'])('%s has no process in the path', (name) => {
  expect(figuresOf(name).throughput).toBeNull();
});
