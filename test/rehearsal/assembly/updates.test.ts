import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readUpdates } from '../../../rehearsal/assembly/clusters';
import { readStacks } from '../../../rehearsal/assembly/manifest';
import type { InstancePlan } from '../../../rehearsal/assembly/plan';
import { changesOf, describe as inWords } from '../../../rehearsal/cloud/update';
import { type Fixture, template, writeAssembly } from '../fixtures/assembly';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'updates-test-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ec2: Fixture = { compute: 'ec2', topology: 'replicated', nodesPerZone: 1 };
const fargate: Fixture = { compute: 'fargate', topology: 'sharded', nodesPerZone: 2 };

function update(before: Fixture, after: Fixture, change: (resources: any) => void = () => {}) {
  const assembly = (name: string, content: any) => readStacks(writeAssembly(join(folder, name), content));
  const later = structuredClone(template(after)); // its tags are shared with the first
  change(later.Resources);
  return readUpdates(assembly('from', template(before)), assembly('to', later))[0]!;
}

const addresses = (nodes: readonly unknown[]) => (nodes as InstancePlan[]).map((node) => node.interfaceAddress);

describe('an update', () => {
  test('leaves what is there its ids and addresses, and gives others to what is new', () => {
    const { from, to } = update(ec2, { ...ec2, nodesPerZone: 3 });
    expect(to.endpoint).toEqual(from.endpoint);
    expect(to.nodes.slice(0, 2)).toEqual(from.nodes);
    expect(new Set(addresses(to.nodes)).size).toBe(6);
    expect(addresses(to.nodes).slice(0, 2)).toEqual(addresses(from.nodes));
  });

  test.each<[string, Fixture, Fixture, string]>([
    ['nothing', fargate, fargate, 'nothing'],
    ['more nodes', ec2, { ...ec2, nodesPerZone: 2 }, 'nodes a2, b2 added; the proxies rolled'],
    ['fewer nodes', fargate, { ...fargate, nodesPerZone: 1 }, 'the proxies rolled; nodes a2, b2 removed'],
    ['other user data', ec2, { ...ec2, userDataCommands: 'true' }, 'nodes a1, b1 rolled'],
  ])('of %s touches no more', (_, before, after, words) => {
    const { from, to } = update(before, after);
    expect(inWords(changesOf(from, to))).toBe(words);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'the cluster is gone',
      () => update(ec2, ec2, (resources) => retag(resources, 'cdk-memcached:cluster', 'Other')),
      /^the second assembly has no cluster 'Fixture-Cache' in a stack Fixture, expected every cluster of the first: /,
    ],
    [
      'the topology changes',
      () => update(ec2, { ...ec2, topology: 'sharded' }),
      /^cluster 'Fixture-Cache' changes its topology, expected one whose nodes or proxies change, and nothing before them: /,
    ],
    [
      'the nodes move to another compute',
      () => update(fargate, { ...ec2, topology: 'sharded' }),
      /changes its kind of nodes/,
    ],
    [
      'clients know the nodes',
      () =>
        update(
          { ...ec2, routing: 'servers', topology: 'sharded' },
          { ...ec2, routing: 'servers', topology: 'sharded' },
        ),
      /has no proxies behind a load balancer, expected/,
    ],
  ])('is refused where %s', (_, read, message) => {
    expect(read).toThrow(message);
  });
});

function retag(resources: any, key: string, value: string): void {
  for (const { Properties } of Object.values<any>(resources)) {
    for (const tag of Properties?.Tags ?? []) if (tag.Key === key) tag.Value = value;
  }
}
