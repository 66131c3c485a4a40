import {
  updatePromises,
  alarmPromises,
  backPromise,
  figuresPromise,
  freshPromise,
  promisesOf,
  secondPromise,
} from '../../../rehearsal/report/promises';

const counts = { requests: 1000, errors: 0, hits: 900, misses: 0, staleReads: 0 };
const kept = (...args: Parameters<typeof promisesOf>) => promisesOf(...args).map((each) => each.kept);

describe('a replicated cluster promises', () => {
  test.each([
    ['no error, no miss', {}, [true, true]],
    ['one error', { errors: 1 }, [false, true]],
    ['a miss in a thousand reads', { hits: 999, misses: 1 }, [true, true]],
    ['two misses in a thousand reads', { hits: 998, misses: 2 }, [true, false]],
    ['no read at all', { hits: 0 }, [true, false]],
  ])('%s', (_, changed, expected) => expect(kept('replicated', { ...counts, ...changed }, 0)).toEqual(expected));
});

test('a promise says after how many reconnects an operation counts as failed', () => {
  const said = (reconnects?: number) => promisesOf('replicated', counts, 0, reconnects)[0]!.promise;
  expect([said(), said(20)]).toEqual([
    'no operation fails after one reconnect',
    'no operation fails after 20 reconnects',
  ]);
});

test.each([
  [0, true],
  [1, false],
])('of %d operations that fail around an interruption', (errors, expected) => {
  expect(backPromise({ ...counts, errors })).toMatchObject({ kept: expected });
});

describe('a sharded cluster promises', () => {
  test.each([
    ['no miss', {}, 0, [true, true]],
    ['misses up to the lost share and 1 %', { hits: 740, misses: 260 }, 0.25, [true, true]],
    ['no more misses', { hits: 739, misses: 261 }, 0.25, [true, false]],
    ['no error while a node is lost', { hits: 750, misses: 250, errors: 3 }, 0.25, [false, true]],
    ['no read at all', { hits: 0 }, 0.25, [true, false]],
  ])('%s', (_, changed, share, expected) =>
    expect(kept('sharded', { ...counts, ...changed }, share)).toEqual(expected),
  );
});

test.each([
  [0, true],
  [1, false],
])('of a node that comes back: %i stale reads', (staleReads, expected) =>
  expect(freshPromise({ ...counts, staleReads })).toMatchObject({ measured: staleReads, kept: expected }),
);

test.each([
  [990, 10, true],
  [989, 11, false],
  [0, 0, false],
])('of the second of two faults: %i hits, %i misses', (hits, misses, expected) =>
  expect(secondPromise({ ...counts, hits, misses }).kept).toBe(expected),
);

describe('of alarms it is promised', () => {
  const node = { zone: 'A', alarms: ['ZoneANodeUnreachable'] };
  const zone = { zone: 'A', alarms: ['ZoneADown', 'ZoneANodeUnreachable'] };
  const fired = (...names: string[]) => names.map((name) => ({ name, afterMinutes: 5 }));
  const verdicts = (...args: Parameters<typeof alarmPromises>) => alarmPromises(...args).map((each) => each.kept);

  test.each([
    ['none fires for nothing', [], true],
    ['none fires for a fault that heals', fired('CacheDegraded'), false],
  ])('that %s', (_, firings, expected) => expect(verdicts(firings, 0)).toEqual([expected]));

  test.each([
    ['the exact one fires for a node', node, fired('ZoneANodeUnreachable', 'CacheDegraded'), true],
    ['another of the zone is not enough', node, fired('ZoneANodeLost', 'NoNodeReachable', 'CacheDegraded'), false],
    ['silence is not enough', node, [], false],
    [
      'one that fired before the fault does not count',
      node,
      [{ name: 'ZoneANodeUnreachable', afterMinutes: 0 }],
      false,
    ],
    ['both fire for a zone', zone, fired('ZoneADown', 'ZoneANodeUnreachable'), true],
    ['one of both is not enough', zone, fired('ZoneANodeUnreachable'), false],
  ])('that %s', (_, wanted, firings, expected) => expect(verdicts(firings, 0, wanted)).toEqual([expected, true, true]));

  test.each([
    ['no alarm names another zone', fired('ZoneBDown', 'ZoneANodeUnreachable'), 0, [true, false, true]],
    [
      'nobody is told that it is down while it serves',
      fired('ZoneANodeUnreachable', 'CacheDown'),
      0,
      [true, true, false],
    ],
    ['they are told when it does not', fired('ZoneANodeUnreachable', 'CacheDown'), 3, [true, true, true]],
  ])('that %s', (_, firings, errors, expected) => expect(verdicts(firings, errors, node)).toEqual(expected));

  test('nothing of those that the template does not have', () => {
    const promises = alarmPromises(fired('ZoneBDown'), 0, { zone: 'A', alarms: [] });
    expect(promises.map(({ promise, kept }) => [promise, kept])).toEqual([
      ['no alarm names another zone than A', false],
      ['CacheDown does not fire while no operation fails', true],
    ]);
  });

  test('that each could fire at all', () => {
    expect(figuresPromise([]).kept).toBe(true);
    expect(figuresPromise(['Mistyped'])).toMatchObject({ kept: false, promise: expect.stringContaining('Mistyped') });
  });
});

describe('an update promises', () => {
  const counts = { requests: 100, errors: 0, hits: 60, misses: 40, staleReads: 0 };
  const keys = { lostShare: 0.505, boundShare: 0.5, staying: 2, dropped: 0 };
  const kept = (changed: Partial<typeof keys>, errors = 0) =>
    updatePromises({ ...counts, errors }, { ...keys, ...changed }).map((each) => each.kept);

  test('no error, no more lost keys than must move, and that nodes keep theirs', () => {
    expect(kept({})).toEqual([true, true, true]);
    expect(kept({}, 1)).toEqual([false, true, true]);
    expect(kept({ lostShare: 0.511 })).toEqual([true, false, true]);
    expect(kept({ dropped: 1 })).toEqual([true, true, false]);
  });
});
