import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { HaCacheStack, MemcachedCluster, MemcachedNodes } from '../../../lib';
import { readClusters } from '../../../rehearsal/assembly/clusters';
import { readStacks } from '../../../rehearsal/assembly/manifest';
import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import { load } from '../../apps';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'library-test-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the rehearsal reads of an app that the library made. */
function read(make: (app: App) => void): ClusterPlan[] {
  const app = new App({ outdir: folder });
  make(app);
  return readClusters(readStacks(app.synth().directory));
}

const namesOf = (plan: ClusterPlan): string[] => plan.nodes.map(({ name }) => name).sort();

test.each([
  ['ec2', MemcachedNodes.ec2({ nodesPerZone: 2 })],
  ['fargate', MemcachedNodes.fargate({ nodesPerZone: 2 })],
])('the ready-made stack on %s', (_, nodes) => {
  const [plan, ...others] = read((app) => new HaCacheStack(app, 'HaCache', { nodes }));
  expect(others).toEqual([]);
  expect(namesOf(plan!)).toEqual(['a1', 'a2', 'b1', 'b2']);
  expect(plan!.proxies!.count).toBe(2);
});

test('two clusters in one stack, in a network of another', () => {
  const plans = read((app) => {
    const vpc = new ec2.Vpc(new Stack(app, 'Network'), 'Vpc');
    const stack = new Stack(app, 'Caches');
    for (const id of ['Sessions', 'Pages']) new MemcachedCluster(stack, id, { vpc });
  });
  expect(plans.map(namesOf)).toEqual([
    ['a1', 'b1'],
    ['a1', 'b1'],
  ]);
  expect(new Set(plans.map(({ id }) => id)).size).toBe(2);
});

test('stacks of two stages that share a name are two clusters', () => {
  const plans = read((app) => {
    new HaCacheStack(new Stage(app, 'Dev'), 'Cache', { stackName: 'cache', nodes: MemcachedNodes.ec2() });
    new HaCacheStack(new Stage(app, 'Prod'), 'Cache', {
      stackName: 'cache',
      nodes: MemcachedNodes.ec2({ nodesPerZone: 3 }),
    });
  });
  expect(plans.map(namesOf)).toEqual([
    ['a1', 'b1'],
    ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'],
  ]);
  const addresses = plans.flatMap(({ nodes }) =>
    nodes.map((node) => 'interfaceAddress' in node && node.interfaceAddress),
  );
  expect(plans[0]!.sha256).not.toBe(plans[1]!.sha256);
  expect(addresses).toHaveLength(8);
});

test('a cluster among an application’s own services', async () => {
  const app = await load('examples/with-ecs-service/app');
  const [plan] = readClusters(readStacks(app.synth().directory));
  expect(namesOf(plan!)).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('an application whose proxies are beside it, without a load balancer', async () => {
  const app = await load('examples/with-sidecar/app');
  const [plan, ...others] = readClusters(readStacks(app.synth().directory));
  expect(others).toEqual([]);
  expect(namesOf(plan!)).toEqual(['a1', 'b1']);
  expect(plan!.proxies).toBeUndefined();
  expect(plan!.endpoint).toMatchObject({
    kind: 'sidecars',
    port: 11211,
    application: { count: 2, containers: [{ name: 'memcached-proxy', essential: true, restarts: true }] },
  });
});
