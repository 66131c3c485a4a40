import { processors } from '../../../rehearsal/load/processors';

const status = (list: string): string =>
  `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`;

test.each([
  ['0', [0]],
  ['0-1', [0, 1]],
  ['0-2,5,8-9', [0, 1, 2, 5, 8, 9]],
])('the processors of %s', (list, numbers) => {
  expect(processors(status(list))).toEqual(numbers);
});

test('this computer has some', () => {
  expect(processors().length).toBeGreaterThan(0);
});

test('a list that is not there is an error', () => {
  expect(() => processors('Name:\tnode\n')).toThrow('/proc/self/status names no processors');
});
