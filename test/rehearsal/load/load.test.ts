import { Entry } from '../../../rehearsal/load/entry';
import { type CacheClient, secondChanceMs } from '../../../rehearsal/load/cache-client';
import { ClientPool } from '../../../rehearsal/load/client-pool';
import { shardedClient } from '../../../rehearsal/load/sharded-client';
import { addTallies, emptyTally, percentile } from '../../../rehearsal/load/tally';
import { patientReconnects, type Phase, watchedKeys, Worker } from '../../../rehearsal/load/worker';

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
  /** Caches that clients may be connected to, and what their next operations do. */
  function fakeClients() {
    const state = { failNext: 0, writers: 0, reconnects: 0 };
    const client = (values: Map<string, string>): CacheClient => {
      const attempt = () => {
        if (state.failNext > 0) {
          state.failNext -= 1;
          throw new Error('connection reset');
        }
      };
      return {
        get: async (key) => (attempt(), values.get(key)),
        set: async (key, value) => (attempt(), void values.set(key, value)),
        reconnect: () => (state.reconnects += 1),
      };
    };
    return { state, client };
  }

  /** Primes, lets the next operations fail, and does one operation. */
  async function work({ failures = 0, shareOfSets = 0, sameCache = true, patient = false }) {
    const { state, client } = fakeClients();
    const written = new Map<string, string>();
    const readers = new ClientPool([client(sameCache ? written : new Map())]);
    const worker = new Worker({ writer: client(written), readers, names: ['a', 'b'], pauseMs: 1, shareOfSets });
    await worker.prime(Date.now() + 1000);
    state.reconnects = 0;
    state.failNext = failures;
    if (patient) worker.mostReconnects = patientReconnects;
    worker.start();
    return { tally: await worker.stop(), state };
  }

  test('counts hits and misses of what it wrote through another client', async () => {
    const found = await work({});
    expect(found.tally).toMatchObject({ requests: 1, hits: 1, misses: 0, errors: 0, retries: 0 });
    const elsewhere = await work({ sameCache: false });
    expect(elsewhere.tally).toMatchObject({ requests: 1, hits: 0, misses: 1, errors: 0 });
  });

  test.each([
    ['a read', 0],
    ['a write', 1],
  ])('reconnects once before it counts an error: %s', async (_, shareOfSets) => {
    const once = await work({ failures: 1, shareOfSets });
    expect(once.tally).toMatchObject({ requests: 1, errors: 0, retries: 1 });
    expect(once.state.reconnects).toBe(1);

    const twice = await work({ failures: 2, shareOfSets });
    expect(twice.tally).toMatchObject({ requests: 1, errors: 1, retries: 1, errorMessages: ['connection reset'] });
  });

  test('that is patient reconnects several times, and counts what needed more than once', async () => {
    const twice = await work({ failures: 2, patient: true });
    expect(twice.tally).toMatchObject({ requests: 1, errors: 0, retries: 1, retriedAgain: 1 });
    expect(twice.state.reconnects).toBe(2);

    const tooOften = await work({ failures: patientReconnects + 1, patient: true });
    expect(tooOften.tally).toMatchObject({ requests: 1, errors: 1, retries: 1, retriedAgain: 1 });
  });

  test('overwrites through another connection than it stored with', async () => {
    const { state, client } = fakeClients();
    const worker = new Worker({
      writer: client(new Map()),
      readers: new ClientPool([]),
      names: ['a'],
      pauseMs: 1,
      shareOfSets: 1,
    });
    await worker.prime(Date.now() + 1000);
    expect(state.reconnects).toBe(1);
  });

  test('overwrites a few keys while a node is away, and then leaves half of them as they are', async () => {
    const { client } = fakeClients();
    const cache = new Map<string, string>();
    const names = Array.from({ length: watchedKeys * 3 }, (_, i) => `k${i}`);
    const readers = new ClientPool([client(cache)]);
    const worker = new Worker({ writer: client(cache), readers, names, pauseMs: 0, shareOfSets: 0.5 });
    await worker.prime(Date.now() + 1000);
    const overwritten = async (phase: Phase) => {
      const before = new Map(cache);
      worker.phase = phase;
      worker.start();
      while (changed(before).length < watchedKeys / 2) await new Promise((resolve) => setTimeout(resolve, 5));
      await worker.stop();
      return changed(before);
    };
    const changed = (before: Map<string, string>) => names.filter((name) => cache.get(name) !== before.get(name));

    const few = names.slice(0, watchedKeys);
    expect(few).toEqual(expect.arrayContaining(await overwritten('overwrite')));
    expect((await overwritten('watch')).sort()).toEqual(few.slice(watchedKeys / 2).sort());
  });

  test('reads every key once, after it has stopped', async () => {
    const { client } = fakeClients();
    const cache = new Map<string, string>();
    const readers = new ClientPool([client(cache)]);
    const names = ['a', 'b', 'c'];
    const worker = new Worker({ writer: client(cache), readers, names, pauseMs: 1, shareOfSets: 1 });
    await worker.prime(Date.now() + 1000);
    worker.start();
    await worker.stop();
    cache.delete('b');
    expect(await worker.sweep()).toMatchObject({ requests: 3, hits: 2, misses: 1, staleReads: 0 });
  });

  test('counts each lap by itself', async () => {
    const { client } = fakeClients();
    const cache = new Map<string, string>();
    const readers = new ClientPool([client(cache)]);
    const worker = new Worker({ writer: client(cache), readers, names: ['a'], pauseMs: 1, shareOfSets: 0 });
    await worker.prime(Date.now() + 1000);
    worker.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const first = worker.lap();
    cache.clear();
    expect(first.hits).toBeGreaterThan(0);
    expect((await worker.stop()).hits).toBeLessThanOrEqual(1); // one may have been under way
  });
});

test('a pool lends each client to one borrower at a time', async () => {
  const pool = new ClientPool([1, 2].map((id) => ({ id }) as unknown as CacheClient));
  const lent: CacheClient[] = [];
  await pool.borrow((one) => pool.borrow(async (two) => void lent.push(one, two)));
  expect(new Set(lent).size).toBe(2);
  await pool.borrow(() =>
    pool.borrow(async () => {
      await expect(pool.borrow(async () => {})).rejects.toThrow('expected more clients than workers');
    }),
  );
});

describe('a client over several servers', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function cluster() {
    const dead = new Set<string>();
    const asked: string[] = [];
    const one = (server: string): [string, CacheClient] => {
      const operation = async () => {
        asked.push(server);
        if (dead.has(server)) throw new Error('no route to host');
        return undefined;
      };
      return [server, { get: operation, set: operation, reconnect: () => {} }];
    };
    const client = shardedClient(new Map(['a:1', 'b:1', 'c:1'].map(one)));
    const serverOf = async (key: string) => {
      await client.get(key);
      return asked.at(-1)!;
    };
    return { client, dead, serverOf };
  }
  const keys = Array.from({ length: 300 }, (_, i) => `key-${i}`);

  test('sends each key to one server, and about as many to each', async () => {
    const { serverOf } = cluster();
    const servers: string[] = [];
    for (const key of keys) servers.push(await serverOf(key));
    for (const server of ['a:1', 'b:1', 'c:1']) {
      expect(servers.filter((each) => each === server).length).toBeGreaterThan(60);
    }
    expect(await serverOf('key-0')).toBe(servers[0]);
  });

  test("leaves a failed server out for a while, and moves no other server's keys", async () => {
    const { client, dead, serverOf } = cluster();
    const before: string[] = [];
    for (const key of keys) before.push(await serverOf(key));
    dead.add('b:1');
    await expect(client.get(keys[before.indexOf('b:1')]!)).rejects.toThrow('no route to host');

    for (const [i, key] of keys.entries()) {
      const now = await serverOf(key);
      if (before[i] === 'b:1') expect(now).not.toBe('b:1');
      else expect(now).toBe(before[i]);
    }
    dead.clear();
    jest.advanceTimersByTime(secondChanceMs);
    for (const [i, key] of keys.entries()) expect(await serverOf(key)).toBe(before[i]);
  });

  test('keeps the last server', async () => {
    const { client, dead, serverOf } = cluster();
    for (const server of ['a:1', 'b:1', 'c:1']) dead.add(server);
    for (let i = 0; i < 5; i += 1) await expect(client.get('key')).rejects.toThrow('no route to host');
    dead.clear();
    expect(await serverOf('key')).toMatch(/^[abc]:1$/);
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
