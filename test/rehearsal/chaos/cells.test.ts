import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import { cellNames, cells, cellsOf, leftOut } from '../../../rehearsal/chaos/cells';
import { canStrike, faults } from '../../../rehearsal/chaos/faults';
import { limits } from '../../../rehearsal/chaos/limits';
import { targets } from '../../../rehearsal/chaos/targets';
import type { Cloud } from '../../../rehearsal/cloud/cloud';

const plan = (parts: object) =>
  ({ topology: 'replicated', proxies: {}, endpoint: { kind: 'balancer' }, ...parts }) as ClusterPlan;

test('every fault of every target is in the matrix, or left out for a reason', () => {
  const names = cells.map(({ name }) => name);
  for (const target of targets) {
    for (const fault of faults) {
      const out = leftOut.some(({ targets, faults }) => targets.includes(target.name) && faults.includes(fault.name));
      expect({ target, fault, out }).toMatchObject({ out: !names.includes(`${target.name}/${fault.name}`) });
    }
  }
  expect(names).toHaveLength(35);
  expect(names).toContain('second-fault');
});

test('what is left out is what cannot be done to it', async () => {
  const node = { plan: { name: 'a1', zone: 'z' }, member: { nodeAddress: '10.0.0.1' } };
  const cloud = {
    plan: { zones: ['z', 'y'] },
    nodes: [node],
    vpc: {},
    proxies: { addressesIn: () => ['10.0.0.2'] },
    balancer: { busiestTarget: async () => '10.0.0.2' },
  } as unknown as Cloud;
  for (const target of targets) {
    const aim = await target.aim(cloud);
    const struck = faults.filter((fault) => canStrike(fault, aim)).map(({ name }) => `${target.name}/${name}`);
    expect(struck).toEqual(cells.filter((cell) => cell.target === target && !cell.before).map(({ name }) => name));
  }
});

test('a cluster runs what it has the parts for', () => {
  const namesOf = (parts: object, only?: string[]) => cellsOf(plan(parts), only).map(({ name }) => name);
  expect(namesOf({})).toHaveLength(35);
  expect(namesOf({ topology: 'sharded' })).toHaveLength(34);
  expect(namesOf({ topology: 'sharded' }, ['second-fault'])).toEqual([]);
  const withoutProxies = namesOf({ proxies: undefined, endpoint: { kind: 'servers' } });
  expect(new Set(withoutProxies.map((name) => name.split('/')[0]))).toEqual(new Set(['node', 'zone', 'second-fault']));
});

test('--only takes cells, targets and faults', () => {
  const only = (...names: string[]) => cellsOf(plan({}), names).map(({ name }) => name);
  expect(only('node/flap', 'second-fault')).toEqual(['node/flap', 'second-fault']);
  expect(only('far-link')).toEqual(['far-link/cut-10s', 'far-link/flap', 'far-link/refuse']);
  expect(only('hang-5s')).toEqual(['node/hang-5s', 'proxy/hang-5s', 'zone/hang-5s', 'balancer/hang-5s']);
  for (const name of cellNames) expect(only(name)).not.toEqual([]);
});

test('limits are of cells that there are', () => {
  for (const { cells } of limits) for (const name of cells) expect(cellNames).toContain(name);
});
