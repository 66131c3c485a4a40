import { setTimeout as sleep } from 'node:timers/promises';
import type { Monitor } from '../../../rehearsal/alarms/monitor';
import { Minutes } from '../../../rehearsal/scenarios/minutes';

const lengths = { minuteMs: 60_000, steadyMinuteMs: 1 };

interface Alarms {
  readonly firesAt?: number;
  readonly pendingUntil?: number;
  readonly window?: number;
}

/** Says in order what it was told; an alarm is pending until so many minutes have passed. */
function fake({ firesAt = 0, pendingUntil = firesAt, window = 1 }: Alarms = {}) {
  const told: string[] = [];
  const count = () => told.filter((each) => each === 'minute').length;
  const monitor = {
    begin: async () => void told.push('begin'),
    strike: (label: string) => told.push(label),
    minute: async () => void told.push('minute'),
    get pending() {
      return count() < pendingUntil;
    },
    get firings() {
      return count() >= firesAt ? [{ name: 'Alarm', afterMinutes: firesAt }] : [];
    },
    longestWindow: window,
  };
  return { told, count, monitor: monitor as unknown as Monitor };
}

test('before and after a fault there are a few minutes', async () => {
  const { told, monitor } = fake();
  const minutes = new Minutes(monitor, lengths);
  await minutes.before();
  minutes.strike('node-killed');
  await minutes.after();
  expect(told).toEqual(['begin', 'minute', 'minute', 'node-killed', 'minute', 'minute', 'minute']);
});

test('a healthy cluster is measured for as long as the longest alarm looks back', async () => {
  const { told, count, monitor } = fake({ window: 15 });
  await new Minutes(monitor, lengths).healthy('healthy');
  expect(told.slice(0, 3)).toEqual(['begin', 'healthy', 'minute']);
  expect(count()).toBe(15);
});

test.each([
  ['within its first minute', 0.2, 1],
  ['in its third', 2.5, 3],
])('a fault that is repaired %s has been met by as many runs', async (_, lasts, expected) => {
  const { count, monitor } = fake();
  const minuteMs = 200;
  await new Minutes(monitor, { ...lengths, minuteMs }).whileRepairing(sleep(lasts * minuteMs).then(() => {}));
  expect(count()).toBe(expected);
});

test('a fault that is not repaired at all is an error', async () => {
  const { monitor } = fake();
  const repaired = Promise.reject(new Error('waited for node a1'));
  await expect(new Minutes(monitor, lengths).whileRepairing(repaired)).rejects.toThrow('waited for node a1');
});

test.each([
  ['until an alarm fires', { firesAt: 5 }, 5],
  ['until those have fired that would', { firesAt: 3, pendingUntil: 7 }, 7],
  ['for three minutes at least', { firesAt: 1 }, 3],
  ['for ten minutes at most', { firesAt: 3, pendingUntil: 15 }, 10],
  ['for as long as an alarm looks back', { firesAt: 15, window: 15 }, 15],
  ['for ten minutes when none fires', { firesAt: 99, pendingUntil: 0 }, 10],
])('a fault lasts %s', async (_, alarms, expected) => {
  const { count, monitor } = fake(alarms);
  expect(await new Minutes(monitor, lengths).untilDecided()).toBe(expected);
  expect(count()).toBe(expected);
});

test('without a monitor there are no minutes, and repair is waited for', async () => {
  const minutes = new Minutes(undefined, lengths);
  let repaired = false;
  await minutes.before();
  await minutes.healthy('healthy');
  await minutes.whileRepairing(sleep(10).then(() => void (repaired = true)));
  await minutes.after();
  expect(repaired).toBe(true);
  expect(await minutes.untilDecided()).toBe(0);
  expect(minutes.firings).toEqual([]);
});
