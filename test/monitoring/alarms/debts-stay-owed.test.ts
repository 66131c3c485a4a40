import type { App } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Routing } from '../../../lib';
import { Monitor } from '../../../rehearsal/alarms/monitor';
import { readClusters } from '../../../rehearsal/assembly/clusters';
import { readStacks } from '../../../rehearsal/assembly/manifest';
import type { AlarmsPlan, ExpressionPlan } from '../../../rehearsal/assembly/plan';
import { SynthesizedCluster } from '../../synth';
import { alarms } from '../synthesized-alarms';

let read: AlarmsPlan;

beforeAll(() => {
  const { stack } = new SynthesizedCluster();
  read = readClusters(readStacks((stack.node.root as App).synth().directory))[0]!.alarms;
});

/** The minutes after which the synthesized alarm fires, as the rehearsal evaluates it. */
async function firesAfter(minutes: readonly { readonly reachable: number; readonly owed?: number }[]) {
  const metric = read.metric.filter(({ name }) => name === 'DebtsStayOwed');
  const { reachable: ofNodes, owed: ofProxies } = (metric[0]!.metric as ExpressionPlan).metrics;
  const left = [{ reachable: 1, owed: 0 }, ...minutes];
  const monitor = new Monitor({ metric, composite: [], notEvaluated: [] }, { run: async () => [] }, async () => {
    const { reachable, owed } = left.shift()!;
    return [
      { metric: ofNodes!, value: reachable },
      ...(owed === undefined ? [] : [{ metric: ofProxies!, value: owed }]),
    ];
  });
  await monitor.minute();
  monitor.strike('fault');
  while (left.length > 0) await monitor.minute();
  expect(monitor.withoutFigures).toEqual([]);
  return monitor.firings.map(({ afterMinutes }) => afterMinutes);
}

const many = (count: number, reachable: number, owed?: number) => Array(count).fill({ reachable, owed });

test('fires when keys stay owed although every node answers', async () => {
  expect(await firesAfter(many(9, 1, 3))).toEqual([5]);
});

test('a node that is gone is owed all the time, and has an alarm of its own', async () => {
  expect(await firesAfter(many(30, 5 / 6, 3000))).toEqual([]);
});

test('what is paid after a node’s return fires nothing', async () => {
  expect(await firesAfter([...many(8, 5 / 6, 300), ...many(2, 1, 300), ...many(9, 1, 0)])).toEqual([]);
  // Without an answer of the proxies nobody knows.
  expect(await firesAfter([...many(4, 1, 300), ...many(9, 1)])).toEqual([]);
});

test('is made only where proxies count what they owe', () => {
  const image = ContainerImage.fromRegistry('mcrouter');
  for (const routing of [Routing.mcrouter({ image }), Routing.haproxy(), Routing.networkLoadBalancer()]) {
    expect(Object.keys(alarms(new SynthesizedCluster({ routing })))).not.toContain('DebtsStayOwed');
  }
});
