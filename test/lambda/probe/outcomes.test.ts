import { clientFigures, outcomeCounters } from '../../../lambda/probe/outcomes';

test('the counters of outcomes, and no others', () => {
  const proxy = { user_read_hit_1: '5', user_write_done_more: '2', user_read_retries: '3', user_debts_owed: '1' };
  expect(outcomeCounters(proxy)).toEqual({ read_hit_1: 5, write_done_more: 2 });
});

test('what clients saw', () => {
  const rates = { read_hit_1: 60, read_hit_2: 0, read_miss_1: 20, read_error_200: 20, write_done_5: 100, Failovers: 7 };
  const figures = clientFigures({ ...rates, read_hit_5: 0, read_hit_10: 0, read_error_50: 0, write_done_2: 0 });
  expect(figures).toMatchObject({ ClientHitRatio: 0.75, ClientErrors: 0.1 });
  // The slowest fifth lies between 50 and 200 ms, and the 99th of 100 near its end.
  expect(figures.ReadLatency).toBeCloseTo(50 + 150 * (19 / 20));
  expect(figures.WriteLatency).toBeCloseTo(2 + 3 * 0.99);
  // By outcome: nothing of what did not happen.
  expect(figures.ReadHitLatency).toBeCloseTo(0.99);
  expect(figures.ReadMissLatency).toBeCloseTo(0.99);
  expect(figures.ReadErrorLatency).toBeCloseTo(50 + 150 * 0.99);
  expect(figures.WriteDoneLatency).toBeCloseTo(2 + 3 * 0.99);
  expect(figures).not.toHaveProperty('WriteErrorLatency');
});

test('what takes longer than the last bound is told as a second at the most', () => {
  expect(clientFigures({ read_hit_200: 0, read_hit_more: 1 }).ReadLatency).toBeCloseTo(200 + 800 * 0.99);
});

test('of what nobody asked for there is nothing', () => {
  expect(clientFigures({ read_hit_1: 0, write_done_1: 0 })).toEqual({});
  expect(clientFigures({ read_error_1: 1 })).toEqual({ ClientErrors: 1, ReadLatency: 0.99, ReadErrorLatency: 0.99 });
  expect(clientFigures({})).toEqual({});
});
