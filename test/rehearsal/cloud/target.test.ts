import { goesOnSending, type Leaving, Target } from '../../../rehearsal/cloud/nlb/target';

const leaving: Leaving = {
  sendsMs: 120_000,
  delayMs: 180_000,
  endsConnectionsWhenUnhealthy: true,
  endsConnectionsWhenDeregistered: true,
};

/** A target that has passed its first health checks at 0; times are in seconds. */
function healthyTarget(changed: Partial<Leaving> = {}) {
  const target = new Target('target1', { ...leaving, ...changed });
  target.see(true, 0);
  return {
    target,
    see: (healthy: boolean, at: number) => target.see(healthy, at * 1000),
    deregister: (at: number) => target.deregister(at * 1000),
    takes: (at: number) => target.takesConnections(at * 1000),
    ends: (at: number) => target.endsConnections(at * 1000),
    isGone: (at: number) => target.isGone(at * 1000),
  };
}

test('what users saw of a real one is what it does', () => {
  expect(goesOnSending).toEqual({ unhealthySeconds: 35, deregisteredSeconds: 120 });
});

test('a new target gets nothing before its first health checks have passed, and is not unhealthy', () => {
  const target = new Target('target1', leaving);
  target.see(false, 0);
  expect(target).toMatchObject({ healthy: false, unhealthy: false });
  expect(target.takesConnections(1_000)).toBe(false);
});

test('one that is marked unhealthy gets new connections for a while, and loses those that it has at once', () => {
  const { target, see, takes, ends } = healthyTarget();
  see(false, 10);
  expect(target).toMatchObject({ healthy: false, unhealthy: true });
  expect([ends(10), ends(11)]).toEqual([true, false]);
  see(false, 40);
  expect([takes(10), takes(44), takes(45)]).toEqual([true, true, false]);
  see(true, 50);
  expect(takes(50)).toBe(true);
  see(false, 60);
  expect(ends(60)).toBe(true);
});

test('when its time has passed, what is unhealthy gets nothing', () => {
  const { target, see, takes } = healthyTarget();
  target.settle();
  expect(takes(1)).toBe(true);
  see(false, 10);
  expect(takes(11)).toBe(true);
  target.settle();
  expect(takes(11)).toBe(false);
});

test('one that is deregistered gets new connections for two minutes, and keeps those that it has until the delay is over', () => {
  const { target, deregister, takes, ends, isGone } = healthyTarget();
  deregister(100);
  expect(target.registered).toBe(false);
  expect([takes(219), takes(220)]).toEqual([true, false]);
  expect([ends(279), isGone(279)]).toEqual([false, false]);
  expect([ends(280), ends(281), isGone(280)]).toEqual([true, false, true]);
});

test('a delay that is shorter ends the connections while new ones still come', () => {
  const { deregister, takes, ends, isGone } = healthyTarget({ delayMs: 30_000 });
  deregister(100);
  expect([ends(130), takes(131), isGone(131)]).toEqual([true, true, false]);
});

test('one that died is deregistered, and gets new connections until its health checks have told so for a while', () => {
  const { see, deregister, takes, isGone } = healthyTarget({ sendsMs: 6_000, delayMs: 9_000 });
  deregister(0);
  see(false, 4);
  expect([takes(38), isGone(38)]).toEqual([true, false]);
  expect([takes(39), isGone(39)]).toEqual([false, true]);
});

test('connections stay where the target group does not end them', () => {
  const stay = { endsConnectionsWhenUnhealthy: false, endsConnectionsWhenDeregistered: false };
  const { see, deregister, ends } = healthyTarget(stay);
  see(false, 1);
  deregister(2);
  expect(ends(1_000)).toBe(false);
});
