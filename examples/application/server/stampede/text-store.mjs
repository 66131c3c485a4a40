/**
 * Lets clients find out among themselves who is to load a key, with commands that every memcached and every client library
 * has: a lock by `add`. Each value says when it is to be loaded anew, which is before memcached drops it.
 */
export class TextStore {
  #client;
  #renewMs;

  /**
   * @param {import('memcache-client').MemcacheClient} client
   * @param {object} [options]
   * @param {number} [options.renewSeconds] how long before it expires a value is loaded anew. Default: 30
   */
  constructor(client, { renewSeconds = 30 } = {}) {
    this.#client = client;
    this.#renewMs = renewSeconds * 1000;
  }

  async read(key) {
    const stored = await patiently(() => this.#client.get(key));
    if (stored === undefined) return { renew: true, fresh: false };
    const { value, renewAt } = JSON.parse(stored.value);
    const fresh = Date.now() < renewAt;
    return { value, renew: !fresh, fresh };
  }

  async write(key, value, seconds) {
    const renewAt = Date.now() + seconds * 1000 - this.#renewMs;
    await patiently(() => this.#client.set(key, JSON.stringify({ value, renewAt }), { lifetime: seconds }));
  }

  async invalidate(key) {
    await patiently(() => unless('NOT_FOUND', this.#client.delete(key)));
  }

  async addLock(key, owner, seconds) {
    await patiently(() => unless('NOT_STORED', this.#client.add(`${key}:lock`, owner, { lifetime: seconds })));
  }

  /** With `gets`: the proxies of a replicated cluster read ids of one copy, the same for all. */
  async lockOwner(key) {
    return (await patiently(() => this.#client.gets(`${key}:lock`)))?.value;
  }

  async removeLock(key) {
    await patiently(() => unless('NOT_FOUND', this.#client.delete(`${key}:lock`)));
  }
}

async function unless(answer, request) {
  try {
    return await request;
  } catch (error) {
    if (error.message !== answer) throw error;
  }
}

/** When a proxy dies its connections break, and a new one may meet it again: three tries, but none after a refusal. */
async function patiently(request) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (attempt === 3 || error.cmdTokens) throw error;
    }
  }
}
