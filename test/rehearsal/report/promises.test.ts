import { alarmPromise, promisesOf } from '../../../rehearsal/report/promises';

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

describe('of alarms it is promised', () => {
  const fired = (name: string, afterMinutes = 5) => [{ name, afterMinutes }];
  test.each([
    ['none fires for nothing', [], undefined, true],
    ['none fires for a fault that heals', fired('CacheDegraded'), undefined, false],
    ['one names a fault that lasts', [...fired('ZoneADown', 3), ...fired('CacheDegraded')], /Node|Zone/, true],
    ['another is not enough', fired('CacheDegraded'), /Node|Zone/, false],
    ['silence is not enough', [], /Prox/, false],
    ['one that fired before the fault does not count', fired('ProxiesMissing', 0), /Prox/, false],
  ])('that %s', (_, firings, toldBy, expected) => expect(alarmPromise(firings, toldBy).kept).toBe(expected));
});
