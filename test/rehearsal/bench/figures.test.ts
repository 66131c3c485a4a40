import { differenceOf, figureOf, ratioOf, recoverySeconds } from '../../../rehearsal/bench/figures';
import { ticksOf } from '../../../rehearsal/bench/cpu';

test.each([
  [[3], { median: 3, least: 3, most: 3 }],
  [[9, 1, 5], { median: 5, least: 1, most: 9 }],
  [[4, 1, 2, 10], { median: 3, least: 1, most: 10 }],
])('the middle of %j, and its spread', (values, figure) => {
  expect(figureOf(values)).toEqual(figure);
});

test('no rounds have no figure', () => {
  expect(() => figureOf([])).toThrow('got no values, expected one a round');
});

test('rounds are compared with those of the same turn', () => {
  // The machine was half as fast in the second round: the ratio is the same.
  expect(ratioOf([50, 25, 60], [100, 50, 100])).toEqual({ median: 0.5, least: 0.5, most: 0.6 });
  expect(differenceOf([30, 90], [10, 50])).toEqual({ median: 30, least: 20, most: 40 });
});

test('recovery ends with the last operation that was disturbed', () => {
  const events = [
    { at: 900, kind: 'slow' as const },
    { at: 3_500, kind: 'retry' as const },
    { at: 1_200, kind: 'error' as const },
  ];
  expect(recoverySeconds(events, 1_000)).toBe(2.5);
  expect(recoverySeconds(events.slice(0, 1), 1_000)).toBe(0);
});

test('the CPU of a process with brackets in its name, and of its children', () => {
  const fields = ['S', ...Array.from({ length: 10 }, () => '7'), '100', '20', '3', '1', '99'];
  expect(ticksOf(`42 (sh) -c (a b)) ${fields.join(' ')}`)).toBe(124);
});
