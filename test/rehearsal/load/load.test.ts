import { Entry } from '../../../rehearsal/load/entry';
import type { CacheClient } from '../../../rehearsal/load/libraries';
import { addTallies, emptyTally, percentile } from '../../../rehearsal/load/tally';
import { Worker } from '../../../rehearsal/load/worker';

describe('an entry judges a read', () => {
  test('by the versions that may be stored', () => {
    const entry = new Entry('k');
    const [first, second, third] = [entry.nextValue(), entry.nextValue(), entry.nextValue()];
    entry.acknowledge(second);

    expect(entry.judge(undefined)).toBe('miss');
    expect(entry.judge(first)).toBe('stale');
    expect(entry.judge(second)).toBe('fresh');
    expect(entry.judge(third)).toBe('fresh'); // written, its answer never came
    expect(entry.judge('k=9')).toBe('wrong');
    expect(entry.judge('other=1')).toBe('wrong');
    expect(entry.judge('')).toBe('wrong');
  });
});

describe('a worker', () => {
  /** A cache that fails its next operations. */
  function cache() {
    const values = new Map<string, string>();
    const state = { failNext: 0, connections: 0 };
    const attempt = () => {
      if (state.failNext > 0) {
        state.failNext -= 1;
        throw new Error('connection reset');
      }
    };
    const connect = (): CacheClient => {
      state.connections += 1;
      return {
        get: async (key) => (attempt(), values.get(key)),
        set: async (key, value) => (attempt(), void values.set(key, value)),
        close: () => {},
      };
    };
    return { values, state, connect };
  }

  async function work(failures: number, lose = false) {
    const { values, state, connect } = cache();
    const worker = new Worker({ connect, names: ['a', 'b'], pauseMs: 1, shareOfSets: 0 });
    await worker.prime(Date.now() + 1000);
    if (lose) values.clear();
    state.failNext = failures;
    worker.start();
    return { tally: await worker.stop(), state };
  }

  test('counts hits and misses', async () => {
    expect((await work(0)).tally).toMatchObject({ requests: 1, hits: 1, misses: 0, errors: 0, retries: 0 });
    expect((await work(0, true)).tally).toMatchObject({ requests: 1, hits: 0, misses: 1, errors: 0 });
  });

  test('reconnects once before it counts an error', async () => {
    const once = await work(1);
    expect(once.tally).toMatchObject({ requests: 1, hits: 1, errors: 0, retries: 1 });
    expect(once.state.connections).toBe(2);

    const twice = await work(2);
    expect(twice.tally).toMatchObject({ requests: 1, errors: 1, retries: 1, errorMessages: ['connection reset'] });
  });
});

test('tallies add up', () => {
  const one = { ...emptyTally(), requests: 2, hits: 1, lastRetryAt: 5, latenciesMs: [1] };
  const two = { ...emptyTally(), requests: 3, misses: 1, lastRetryAt: 4, latenciesMs: [2, 3] };
  expect(addTallies([one, two])).toMatchObject({
    requests: 5,
    hits: 1,
    misses: 1,
    lastRetryAt: 5,
    latenciesMs: [1, 2, 3],
  });
});

test.each([
  [50, 2],
  [99, 4],
  [25, 1],
])('percentile %i', (percent, expected) => expect(percentile([4, 1, 3, 2], percent)).toBe(expected));
