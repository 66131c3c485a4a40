import { CORPUS } from './corpus';
import { Runner, type Topology } from './runner';
import { found, readTable, rowsOf, unseen, type Found } from './table';
import type { Order } from './driver';

/** The topology, the fault and whose: node 1 is in the proxy's own zone. */
const ORDERS: [Topology, Order['fault'], number][] = [
  ['sharded', 'hung', 1],
  ['replicated', 'hung', 1],
  ['sharded', 'dead', 1],
  ['replicated', 'hung', 2],
  ['replicated', 'dead', 1],
  ['sharded', 'alive', 1],
  ['replicated', 'alive', 1],
];
const AT_ONCE = 2;

const runner = new Runner();
const table = readTable();
const all: Found[] = [];
const asked: number[] = [];

beforeAll(async () => {
  const queue = [...ORDERS];
  const worker = async (): Promise<void> => {
    for (let order = queue.shift(); order; order = queue.shift()) {
      const observed = await runner.compare(...order);
      asked.push(observed.length);
      all.push(...observed.flatMap((each) => found(order![0], each)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
});
afterAll(() => runner.close());

test('every case is asked of every cluster', () => {
  expect(asked).toHaveLength(ORDERS.length);
  for (const count of asked) expect(count).toBeGreaterThanOrEqual(CORPUS.length);
});

test('the proxy answers as memcached does, or the document tells of it', () => {
  const untold = all.filter((each) => rowsOf(table, each).length === 0);
  const lines = untold.map(
    ({ name, topology, place, plain, proxied }) => `${name} (${topology}, ${place}): ${plain} -> ${proxied}`,
  );
  expect([...new Set(lines)].sort()).toEqual([]);
});

test('the document tells of no difference that is none any more', () => {
  expect(unseen(table, all)).toEqual([]);
});
