// Tries the example's reading through a cache on a store in memory: prints what became of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { ReadThrough } from '../../examples/application/server/stampede/read-through.mjs';

class MemoryStore {
  values = new Map();
  locks = new Map();

  async read(key) {
    await sleep(1);
    const found = this.values.get(key);
    return { value: found?.value, renew: !found?.fresh, fresh: found?.fresh ?? false };
  }

  async write(key, value) {
    this.values.set(key, { value, fresh: true });
  }

  async invalidate(key) {
    this.values.delete(key);
  }

  /** As with several copies, who comes later may be told that it added too: only the owner counts. */
  async addLock(key, owner) {
    await sleep(1);
    if (!this.locks.has(key)) this.locks.set(key, owner);
  }

  async lockOwner(key) {
    return this.locks.get(key);
  }

  async removeLock(key) {
    this.locks.delete(key);
  }
}

let loads = 0;
const loader =
  (value, ms = 50) =>
  async () => {
    loads += 1;
    await sleep(ms);
    return value;
  };

const cases = {
  async 'a hundred misses'() {
    const cache = new ReadThrough(new MemoryStore());
    const values = await Promise.all(Array.from({ length: 100 }, () => cache.get('k', loader('new'))));
    return [...new Set(values)];
  },
  async 'a hundred shortly before it expires'() {
    const store = new MemoryStore();
    store.values.set('k', { value: 'old', fresh: false });
    const cache = new ReadThrough(store);
    const values = await Promise.all(Array.from({ length: 100 }, () => cache.get('k', loader('new'))));
    await sleep(100);
    return [...new Set(values), await cache.get('k', loader('newer'))];
  },
  async 'changed while it was loaded'() {
    const cache = new ReadThrough(new MemoryStore());
    const loading = cache.get('k', loader('old'));
    await sleep(20);
    await cache.invalidate('k');
    return [await loading, await cache.get('k', loader('new'))];
  },
  async 'the loader is lost'() {
    const store = new MemoryStore();
    store.locks.set('k', 'nobody');
    setTimeout(() => store.locks.clear(), 200);
    return [await new ReadThrough(store).get('k', loader('new'))];
  },
  async 'the cache is lost'() {
    const store = new MemoryStore();
    store.read = async () => {
      throw new Error('no connection');
    };
    const told = [];
    const cache = new ReadThrough(store, { onError: ({ message }) => told.push(message) });
    return [await cache.get('k', loader('new')), ...told];
  },
  async 'the origin fails'() {
    const store = new MemoryStore();
    const cache = new ReadThrough(store);
    const failing = async () => {
      loads += 1;
      throw new Error('the origin failed');
    };
    const first = await cache.get('k', failing).catch(({ message }) => message);
    return [first, await cache.get('k', loader('new'))];
  },
};

const results = {};
for (const [name, run] of Object.entries(cases)) {
  loads = 0;
  const values = await run();
  results[name] = { values, loads };
}
console.log(JSON.stringify(results));
