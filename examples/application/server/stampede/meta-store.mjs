/**
 * Lets memcached say who is to load a key: the recache flags of its meta protocol. On a miss `N` makes an empty item and
 * gives one client the token `W`; `R` gives it before the value expires, and `md … I` when it is out of date. The others see `Z`
 * until the value is stored.
 */
export class MetaStore {
  #client;
  #options;

  /**
   * @param {import('./meta-client.mjs').MetaClient} client
   * @param {object} [options]
   * @param {number} [options.renewSeconds] how long before it expires a value is loaded anew; in a sharded cluster less than
   *   its `gutterTtl`, for which a value lives while its node is lost. Default: 30
   * @param {number} [options.tokenSeconds] after which another client gets the token of a miss. Default: 10
   */
  constructor(client, options = {}) {
    this.#client = client;
    this.#options = { renewSeconds: 30, tokenSeconds: 10, ...options };
  }

  async read(key) {
    const { renewSeconds, tokenSeconds } = this.#options;
    const { code, flags, value } = await this.#client.ask(`mg ${key} v N${tokenSeconds} R${renewSeconds}`);
    // JSON is never empty; the item that a miss makes is.
    const stored = code === 'VA' && value !== '' ? JSON.parse(value) : undefined;
    const [won, pending, stale] = ['W', 'Z', 'X'].map((flag) => flags.includes(flag));
    return { value: stored, renew: won, fresh: stored !== undefined && !won && !pending && !stale };
  }

  async write(key, value, seconds) {
    await this.#client.ask(`ms ${key} T${seconds}`, JSON.stringify(value));
  }

  /** Out of date from now on: one client loads it, and the others get the old value for as long as that takes. */
  async invalidate(key) {
    await this.#client.ask(`md ${key} I T${this.#options.tokenSeconds}`);
  }

  async addLock(key, owner, seconds) {
    await this.#client.ask(`ms ${key}:lock ME T${seconds}`, owner);
  }

  async lockOwner(key) {
    return (await this.#client.ask(`mg ${key}:lock v c`)).value;
  }

  async removeLock(key) {
    await this.#client.ask(`md ${key}:lock`);
  }
}
