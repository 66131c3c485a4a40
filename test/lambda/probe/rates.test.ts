import { type Counted, rates } from '../../../lambda/probe/rates';

const at = (seconds: number, gets: number | undefined, process: Partial<Counted> = {}): Counted => ({
  at: 1_800_000_000_000 + seconds * 1000,
  pid: 1,
  uptime: 1000 + seconds,
  counters: gets === undefined ? {} : { Gets: gets },
  ...process,
});

test.each([
  ['growth is by the second', at(0, 100), at(60, 700), 10],
  ['nothing done is zero', at(0, 100), at(60, 100), 0],
  ['a restart, seen by the process', at(0, 100), at(60, 700, { pid: 2 }), 700 / 60],
  ['a restart, seen by the uptime: since the restart', at(0, 100), at(60, 700, { uptime: 20 }), 35],
  [
    'a restart of one that was young: it is as old again',
    at(0, 100, { uptime: 12 }),
    at(60, 700, { uptime: 40 }),
    17.5,
  ],
  ['a restart of which the uptime is told a moment late is none', at(0, 100), at(60, 700, { uptime: 1058 }), 10],
  ['a restart, just now', at(0, 100), at(60, 7, { uptime: 0 }), 7],
  ['a restart long before the last time', at(0, 100, { uptime: 5 }), at(60, 700, { uptime: 4000 }), 10],
  ['a counter that was set back', at(0, 700), at(60, 120), 2],
  [
    'a counter that was set back where nothing tells of restarts',
    at(0, 700, { pid: undefined, uptime: undefined }),
    at(60, 120, { pid: undefined, uptime: undefined }),
    2,
  ],
  ['a counter that is new has none yet', at(0, undefined), at(60, 100), undefined],
  ['a counter that is gone has none', at(0, 100), at(60, undefined), undefined],
  ['a clock that was set back tells nothing', at(60, 100), at(0, 700), undefined],
])('%s', (_, before, now, rate) => {
  const found = rates(before, now).Gets;
  if (rate === undefined) expect(found).toBeUndefined();
  else expect(found).toBeCloseTo(rate);
});

test('with one counter set back all count from zero, so that no part is more than its whole', () => {
  const before = { ...at(0, 0), counters: { Gets: 100, Hits: 5 } };
  const now = { ...at(10, 0), counters: { Gets: 50, Hits: 50 } };
  expect(rates(before, now)).toEqual({ Gets: 5, Hits: 5 });
});

test('of two restarts in a row no part is more than its whole', () => {
  const before = { ...at(0, 0, { uptime: 12 }), counters: { Gets: 1000, Hits: 10 } };
  const now = { ...at(60, 0, { uptime: 40 }), counters: { Gets: 1010, Hits: 900 } };
  const { Gets, Hits } = rates(before, now);
  expect(Hits! / Gets!).toBeCloseTo(900 / 1010);
});

test('no rate is negative, whatever happens', () => {
  const values = [0, 7, 1e9];
  for (const [a, b, c, d, up, down, pid] of product(values, values, values, values, values, values, [1, 2])) {
    const before = { at: 0, pid: 1, uptime: up, counters: { Gets: a, Hits: b } };
    const now = { at: 60_000, pid, uptime: down, counters: { Gets: c, Hits: d } };
    for (const rate of Object.values(rates(before, now))) expect(rate).toBeGreaterThanOrEqual(0);
  }
});

function product(...lists: number[][]): number[][] {
  return lists.reduce<number[][]>((all, list) => all.flatMap((some) => list.map((one) => [...some, one])), [[]]);
}
