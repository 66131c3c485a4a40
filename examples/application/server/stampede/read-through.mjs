import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Reads through a cache so that few ask the origin: one client at a time loads a key, before it expires where there is time
 * for that, and the others get the old value or wait.
 *
 * @typedef {object} Found
 * @property {unknown} [value] what is stored; nothing on a miss
 * @property {boolean} renew this client should load it anew
 * @property {boolean} fresh nobody needs to
 *
 * @typedef {object} Store how values and locks are kept: meta-store.mjs or text-store.mjs
 * @property {(key: string) => Promise<Found>} read
 * @property {(key: string, value: unknown, seconds: number) => Promise<void>} write
 * @property {(key: string) => Promise<void>} invalidate
 * @property {(key: string, owner: string, seconds: number) => Promise<void>} addLock stores the owner if there is none
 * @property {(key: string) => Promise<string | undefined>} lockOwner as one and the same copy has it, for every client
 * @property {(key: string) => Promise<void>} removeLock
 */
export class ReadThrough {
  #store;
  #options;

  /**
   * @param {Store} store
   * @param {object} [options]
   * @param {number} [options.seconds] for which a value may be old, give or take a tenth. Default: 300
   * @param {number} [options.loadSeconds] the longest that a load may take; after it another client loads. Default: 10
   * @param {number} [options.patienceMs] for how long a token that nobody uses is waited for. Default: 1,000
   * @param {(error: Error) => void} [options.onError] told of what nobody waits for: a cache that does not answer. Default: nothing
   */
  constructor(store, options = {}) {
    this.#store = store;
    this.#options = { seconds: 300, loadSeconds: 10, patienceMs: 1000, onError: () => {}, ...options };
  }

  /**
   * The cached value, or what `load` gives.
   *
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} load asks the origin; what it gives becomes JSON
   * @returns {Promise<T>}
   */
  async get(key, load) {
    const start = Date.now();
    for (let pause = 20; Date.now() < start + this.#options.loadSeconds * 1000; pause = Math.min(pause * 2, 200)) {
      const found = await this.#tried(() => this.#store.read(key));
      if (!found) break;
      const impatient = Date.now() > start + this.#options.patienceMs;
      const owner = found.renew || impatient ? await this.#tried(() => this.#lock(key)) : undefined;
      if (found.value !== undefined) {
        if (owner) this.#renew(key, owner, load).catch(this.#options.onError);
        return found.value;
      }
      if (owner) return this.#renew(key, owner, load);
      await sleep(jittered(pause));
    }
    return load();
  }

  /** To be called after the origin has changed. What is being loaded meanwhile is not stored: it may be older. */
  async invalidate(key) {
    await this.#store.removeLock(key);
    await this.#store.invalidate(key);
  }

  /**
   * The owner's name, if this client got the lock. Two clients may both be told that they added it, because a replicated
   * cluster adds to each copy for itself: so one copy decides, the same for all.
   */
  async #lock(key) {
    const owner = randomUUID();
    await this.#store.addLock(key, owner, this.#options.loadSeconds);
    return (await this.#owns(key, owner)) ? owner : undefined;
  }

  async #owns(key, owner) {
    return (await this.#store.lockOwner(key)) === owner;
  }

  async #renew(key, owner, load) {
    try {
      // Another may have stored it between this client's miss and its lock.
      const found = await this.#tried(() => this.#store.read(key));
      if (found?.fresh) return found.value;
      const value = await load();
      const seconds = Math.round(jittered(this.#options.seconds));
      await this.#tried(async () => (await this.#owns(key, owner)) && this.#store.write(key, value, seconds));
      return value;
    } finally {
      await this.#tried(async () => (await this.#owns(key, owner)) && this.#store.removeLock(key));
    }
  }

  /** Nothing where the cache does not answer: an application goes on without it. */
  async #tried(request) {
    try {
      return await request();
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }
}

/** Give or take a tenth, so that what was stored together does not expire together. */
function jittered(amount) {
  return amount * (0.9 + Math.random() / 5);
}
