import { processors } from '../../../rehearsal/load/processors';

test.each([
  ['0', [0]],
  ['0-1', [0, 1]],
  ['0-2,5,8-9', [0, 1, 2, 5, 8, 9]],
])('reads the list %s', (list, numbers) => {
  expect(processors(`pid 7's current affinity list: ${list}\n`)).toEqual(numbers);
});

test('this computer has at least one', () => {
  expect(processors().length).toBeGreaterThan(0);
});

test('fails where taskset says something else', () => {
  expect(() => processors('no such process\n')).toThrow('taskset said "no such process\\n", expected a list');
});
