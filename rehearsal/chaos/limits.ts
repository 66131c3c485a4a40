import type { ChaosPromise } from './report';

/** A promise that cells cannot keep, and why. */
export interface Limit {
  readonly promise: ChaosPromise['id'];
  /** Cells, or targets. */
  readonly cells: readonly string[];
  readonly topology?: 'replicated' | 'sharded';
  readonly reason: string;
}

const lateWrite =
  'a write that waits in a load balancer that stands still, or in the network before what is cut off, is stored when that ' +
  'goes on, after its client has given it up and written a newer value through another proxy; the proxy itself never ' +
  'stood still, so it takes it for a new one';

const stillAccepts =
  'what stands still goes on accepting connections, and passes a health check by TCP, so that a client that reconnects may ' +
  'meet it again, until ECS’s own health check ends a proxy after 15 to 20 s, and AWS takes an address of the load balancer out ' +
  'of the DNS, which here it never does';

const stillSends =
  'the load balancer goes on sending new connections to what is dead, until its health checks have failed and for 30 to 40 s ' +
  'after that, so that a client that reconnects may have to do so several times';

const unheard =
  'a proxy that reaches a node hears within a second what another could not write there, and may read it until then: also just ' +
  'after the return, and where a path comes and goes all of it counts as that';

const awayTwice = 'an address that comes and goes each second may be away both times that a client tries it';

const allLost =
  'a proxy whose own link comes and goes takes every node for lost, and answers so in the first moments after each return, ' +
  'until it has asked them again';

const stoodStill = ['proxy', 'zone', 'balancer'].flatMap((target) => [`${target}/hang-5s`, `${target}/hang-30s`]);

/** What a run has shown, and why no setting of the cluster helps. A cell that breaks another promise has a fault. */
export const limits: readonly Limit[] = [
  {
    promise: 'stale',
    cells: [
      ...['proxy/cut-10s', 'proxy/flap'],
      ...['balancer/hang-1s', 'balancer/hang-5s', 'balancer/hang-30s', 'balancer/flap'],
      ...['zone/hang-1s', 'zone/hang-5s', 'zone/hang-30s', 'zone/cut-10s', 'zone/flap'],
    ],
    reason: lateWrite,
  },
  {
    promise: 'errors',
    cells: stoodStill,
    reason: stillAccepts,
  },
  {
    promise: 'normal',
    cells: stoodStill,
    reason: stillAccepts,
  },
  { promise: 'normal', cells: ['proxy/kill', 'zone/kill'], reason: stillSends },
  { promise: 'stale', cells: ['near-link/flap', 'far-link/flap', 'far-link/cut-10s'], reason: unheard },
  { promise: 'errors', cells: ['proxy/flap', 'zone/flap'], reason: allLost },
  { promise: 'errors', cells: ['balancer/flap'], reason: awayTwice },
  { promise: 'hits', cells: ['proxy/flap', 'zone/flap'], reason: allLost },
];

export const limitOf = (promise: ChaosPromise['id'], cell: string, topology: string): string | undefined =>
  limits.find(
    (each) =>
      each.promise === promise &&
      (each.topology ?? topology) === topology &&
      [cell, cell.split('/')[0]!].some((name) => each.cells.includes(name)),
  )?.reason;
