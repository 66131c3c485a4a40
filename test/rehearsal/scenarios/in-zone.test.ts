import { flowsIn } from '../../../rehearsal/cloud/nlb/flows';
import type { Traffic } from '../../../rehearsal/cloud/traffic';
import { inZone } from '../../../rehearsal/scenarios/in-zone';

const traffic = (
  flows: [from: string, to: string, bytes: number][],
  reads: [zone: string, count: number][],
): Traffic => ({
  flows: flows.map(([from, to, bytes]) => ({ from, to, bytes })),
  reads: reads.map(([zone, count]) => ({ zone, count })),
});

test('shares are of what was carried between two looks', () => {
  const before = traffic([['a', 'a', 7_000]], [['a', 900]]);
  const after = traffic(
    [
      ['a', 'a', 7_100],
      ['a', 'b', 100],
      ['b', 'a', 200],
      ['b', 'b', 600],
    ],
    [
      ['a', 930],
      ['b', 70],
    ],
  );
  expect(inZone(before, after, 'b')).toEqual({ entered: 0.8, forwarded: 0.6, read: 0.7 });
});

test('nothing carried is no share', () => {
  const none = traffic([], []);
  expect(inZone(none, none, 'a')).toEqual({ entered: 0, forwarded: 0, read: 0 });
});

test('what a proxy beside the clients gets has left no zone; what it reads may come from another', () => {
  const of = (near: number, far: number): Traffic => ({
    reads: [
      { zone: 'a', count: near },
      { zone: 'b', count: far },
    ],
  });
  expect(inZone(of(0, 100), of(90, 110), 'a')).toEqual({ entered: 1, forwarded: 1, read: 0.9 });
});

test('HAProxy says what clients sent to each target', () => {
  const statistics = [
    '# pxname,svname,bin,addr,',
    'endpoint,FRONTEND,900,,',
    'targets,target1,300,10.0.0.9:11211,',
    'targets,target2,600,10.0.1.9:11211,',
    'targets,BACKEND,900,,',
  ].join('\n');
  expect(flowsIn(statistics)).toEqual([
    { address: '10.0.0.9', bytes: 300 },
    { address: '10.0.1.9', bytes: 600 },
  ]);
});
