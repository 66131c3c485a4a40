import type { Found } from './table';
import { readTable, rowsOf, unseen } from './table';

const TABLE = readTable(`
| id  | requests                 | where                  | memcached | proxy                   | why    |
| --- | ------------------------ | ---------------------- | --------- | ----------------------- | ------ |
| A1  | \`flush_all…\`, \`stats\` | replicated; the node | \`OK\`    | \`closed\`, nothing     | reason |
`);

const shown = (change: Partial<Found> = {}): Found => ({
  name: 'flush_all, later',
  topology: 'replicated',
  place: 'alive',
  plain: 'OK',
  proxied: 'closed',
  ...change,
});

test('a row tells of a difference by its case, its place and both answers', () => {
  expect(rowsOf(TABLE, shown()).map(({ id }) => id)).toEqual(['A1']);
  expect(rowsOf(TABLE, shown({ proxied: '' }))).toHaveLength(1);
  for (const other of [
    { name: 'verbosity' },
    { topology: 'sharded' },
    { place: 'copies' },
    { plain: 'OKAY' },
    { proxied: 'silent' },
  ]) {
    expect(rowsOf(TABLE, shown(other))).toEqual([]);
  }
});

test('what nothing shows any more is named', () => {
  const node = shown({ name: 'stats', topology: 'sharded', place: 'copies' });
  expect(unseen(TABLE, [shown(), node])).toEqual([]);
  expect(unseen(TABLE, [shown()])).toEqual(['A1: ^stats$', 'A1: the node']);
});

test('what depends on the moment may be shown once, or not at all if it is seldom', () => {
  const row = (when: string): string =>
    `| A1 | \`stats\`, \`x\` | replicated; the node (${when}) | \`OK\` | \`closed\` | why |`;
  expect(unseen(readTable(row('at times')), [shown({ name: 'stats' })])).toEqual([]);
  expect(unseen(readTable(row('at times')), [])).toEqual(['A1: all of it']);
  expect(unseen(readTable(row('seldom')), [])).toEqual([]);
});

test.each([
  ['| A1 | `x` | somewhere | `a` | `b` | reason |', "row A1 is for 'somewhere', expected everywhere"],
  ['| A1 | `x` | everywhere | `a` | `b` | |', 'row A1 of docs/protocol.md gives no reason'],
  ['no table', 'has no row that begins with an id'],
])('%s is refused', (text, message) => {
  expect(() => readTable(text)).toThrow(message);
});

test('the document has rows, each id once', () => {
  const ids = readTable().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
