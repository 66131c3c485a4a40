import type { Case, Step } from './case';
import { CORPUS } from './corpus';

/** Every command of memcached's protocol.txt. */
const COMMANDS = [
  ...['set', 'add', 'replace', 'append', 'prepend', 'cas'],
  ...['get', 'gets', 'gat', 'gats', 'touch', 'delete', 'incr', 'decr'],
  ...['mg', 'ms', 'md', 'ma', 'me', 'mn'],
  ...['slabs', 'lru', 'lru_crawler', 'watch', 'stats', 'flush_all', 'cache_memlimit', 'shutdown', 'version'],
  ...['verbosity', 'quit', 'misbehave'],
];

/** Every flag of the meta commands, and of those with modes every mode with its other name. */
const FLAGS: Record<string, string> = {
  mg: 'bcCfhklOqstuvENRTLP',
  ms: 'bcCEFIkOqsTMNLP',
  md: 'bCEIkOqTxLP',
  ma: 'bCENJDTMOqtcvkLP',
  me: 'b',
};
const MODES: Record<string, string> = { ms: 'EAPRSeaprs', ma: 'I+D-id' };

/** Commands that may ask for no answer. */
const NOREPLY = [
  ...['set', 'add', 'replace', 'append', 'prepend', 'cas', 'touch', 'delete', 'incr', 'decr'],
  ...['flush_all', 'verbosity'],
];

const textOf = (step: Step): string =>
  typeof step === 'string' ? step.replaceAll(' / ', '\n') : 'raw' in step ? step.raw.join('') : '';
const linesOf = ({ before = [], send }: Case): string[] =>
  [...before, ...send].flatMap((step) => textOf(step).split(/\r?\n/));
const LINES = CORPUS.flatMap(linesOf).map((line) => line.trim().split(/ +/));
const sends = (command: string, flag?: (word: string) => boolean): boolean =>
  LINES.some(([first, ...words]) => first === command && (!flag || words.slice(1).some(flag)));

test('the corpus has at least 200 cases, each of another name', () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
});

test.each(COMMANDS)('%s is sent', (command) => {
  expect(sends(command)).toBe(true);
});

test.each(Object.entries(FLAGS).flatMap(([command, flags]) => [...flags].map((flag) => [command, flag])))(
  '%s is sent with %s',
  (command, flag) => {
    expect(sends(command!, (word) => word.startsWith(flag!))).toBe(true);
  },
);

test.each(Object.entries(MODES).flatMap(([command, modes]) => [...modes].map((mode) => [command, mode])))(
  '%s is sent in mode %s',
  (command, mode) => {
    expect(sends(command!, (word) => word === `M${mode}`)).toBe(true);
  },
);

test.each(NOREPLY)('%s is sent with noreply', (command) => {
  expect(LINES.some(([first, ...words]) => first === command && words.at(-1) === 'noreply')).toBe(true);
});

test.each(['mg', 'ms', 'md', 'ma'])('%s is sent quietly to what is there and to what is not', (command) => {
  const quiet = CORPUS.filter((each) =>
    linesOf(each).some((line) => line.startsWith(`${command} `) && line.split(' ').includes('q')),
  );
  expect(quiet.some(({ before }) => before)).toBe(true);
  expect(quiet.some(({ before }) => !before)).toBe(true);
});
