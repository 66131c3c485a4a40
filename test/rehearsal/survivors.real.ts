import type { App } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { MemcachedCluster, MemcachedNodes } from '../../lib';
import { regionalStack } from '../synth';
import { insideApp } from './fixtures/inside';
import type { Event, Judgement } from './programs/survivors/judge';
import { LIBRARIES } from './programs/survivors/libraries';

interface Fared extends Record<Event, Judgement> {
  /** Operations before the connection was left idle. */
  readonly before: number;
  readonly said: string;
}

/** More than a time-out of a second and what comes of it, and less than any that a library has by itself. */
const WAITED_MS = 4_400;

let libraries: Record<string, Record<'set' | 'bare', Fared>>;
let forgotInTime: boolean;

beforeAll(async () => {
  const stack = regionalStack();
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
  new MemcachedCluster(stack, 'Cache', { vpc, nodes: MemcachedNodes.fargate() });
  ({ libraries, forgotInTime } = await insideApp('survivors', stack.node.root as App));
});

/** Never is the longest time. */
const normalAfter = ({ normalAfterMs }: Judgement) => normalAfterMs ?? Infinity;

describe.each(Object.keys(LIBRARIES))('%s, set as docs/connecting.md says', (name) => {
  let fared: Fared;
  beforeAll(() => (fared = libraries[name]!.set));

  test('has to try once more after the load balancer has forgotten its connection', () => {
    expect(fared.before).toBeGreaterThan(0);
    expect(fared.idle.failed).toBe(0);
    expect(fared.idle.attempts).toBeLessThanOrEqual(2);
    expect(normalAfter(fared.idle)).toBeLessThan(2_500);
  });

  test('finds the new address after one time-out when the old one is dark', () => {
    expect(fared.moved.failed).toBe(0);
    expect(normalAfter(fared.moved)).toBeLessThan(WAITED_MS);
  });

  test('is well again while its zone is still lost', () => {
    // libmemcached refuses at once until the next full second, so that twenty attempts are soon over.
    expect(fared.lost.failed).toBeLessThanOrEqual(2);
    expect(normalAfter(fared.lost)).toBeLessThan(12_500);
  });
});

test('each client worked before, also without settings, and its connection was forgotten while it was idle', () => {
  const before = Object.values(libraries).flatMap(({ set, bare }) => [set.before, bare.before]);
  expect(Math.min(...before)).toBeGreaterThan(0);
  expect(forgotInTime).toBe(true);
});

test('pymemcache without settings waits for ever when its address is dark', () => {
  expect(libraries.pymemcache!.bare.moved.normalAfterMs).toBeNull();
});

test('memcached waits for ever when its connection is forgotten, unless each call has a time-out of its own', () => {
  expect(libraries.memcached!.bare.idle.normalAfterMs).toBeNull();
});

test.each(['memcache-client', 'pylibmc', 'php-memcached'])('%s without settings waits for long', (name) => {
  expect(normalAfter(libraries[name]!.bare.moved)).toBeGreaterThan(WAITED_MS);
});
