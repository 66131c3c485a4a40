import { evaluate, isKnown } from '../../../rehearsal/assembly/expression';

const values: Record<string, number | undefined> = { low: 0.5, one: 1, missing: undefined };
const of = (expression: string): number | undefined => evaluate(expression, (id) => values[id]);

test.each<[string, number | undefined]>([
  ['IF(low < 1, 0, one)', 0],
  ['IF(one < 1, 0, one)', 1],
  ['IF(one <= 1, 7, 8.5)', 7],
  ['IF(one > low, 7, 8.5)', 7],
  ['IF(low >= one, 7, 8.5)', 8.5],
  ['IF(missing < 1, 0, 1)', undefined],
  ['IF(one < 1, 0, missing)', undefined],
  ['IF(low < 1, 0, missing)', 0],
])('%s is %d', (expression, expected) => {
  expect(isKnown(expression)).toBe(true);
  expect(of(expression)).toBe(expected);
});

test.each(['one', 'FILL(a, 0) + FILL(b, 0)', 'IF(a < 1, 0, b) + 1', 'IF(a, 0, b)', 'IF(a < IF(b < 1, 0, 1), 0, b)'])(
  '%s is not evaluated here',
  (expression) => expect(isKnown(expression)).toBe(false),
);
