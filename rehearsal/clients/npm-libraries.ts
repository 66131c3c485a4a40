import { MemcacheClient } from 'memcache-client';
import Memcached from 'memcached';
import { Client as MemJs } from 'memjs';
import { rawMeta } from './raw-meta';
import type { TriedClient } from './tried-client';

const timeoutMs = 1000;

/** Each is given all servers, as host:port, and chooses one by itself. */
export const npmLibraries: Record<string, (servers: string[]) => TriedClient> = {
  memcached: (servers) => {
    const client = new Memcached(servers, { timeout: timeoutMs, retries: 0, poolSize: 1 });
    const ask = <T>(call: (done: (error: unknown, value: T) => void) => void) =>
      new Promise<T>((resolve, reject) =>
        // The library answers a SERVER_ERROR, and what it could not do, with `false` and no error.
        call((error, value) => (error || value === false ? reject(error ?? new Error('false')) : resolve(value))),
      );
    return {
      set: (key, value) => ask((done) => client.set(key, value, 0, done)),
      get: (key) => ask((done) => client.get(key, done)),
      delete: (key) => ask((done) => client.del(key, done)),
      getMulti: (keys) => ask((done) => client.getMulti(keys, done)),
      increment: (key) => ask((done) => client.incr(key, 1, done as (error: unknown, value: unknown) => void)),
    };
  },

  'memcache-client': (servers) => {
    const client = new MemcacheClient({
      server: { servers: servers.map((server) => ({ server, maxConnections: 1 })) },
      cmdTimeout: timeoutMs,
      connectTimeout: timeoutMs,
    });
    return {
      set: (key, value) => client.set(key, value),
      get: async (key) => (await client.get<string>(key))?.value as string | undefined,
      delete: (key) => client.delete(key),
      getMulti: async (keys) => {
        const found = (await client.get(keys)) as unknown as Record<string, { value: string }>;
        return Object.fromEntries(Object.entries(found).map(([key, { value }]) => [key, value]));
      },
      increment: async (key) => Number(await client.incr(key, 1)),
    };
  },

  memjs: (servers) => {
    const seconds = timeoutMs / 1000;
    const logger = { log: () => {} };
    const client = MemJs.create(servers.join(','), { timeout: seconds, conntimeout: seconds, retries: 0, logger });
    return {
      set: (key, value) => client.set(key, value),
      get: async (key) => (await client.get(key)).value?.toString(),
      delete: (key) => client.delete(key),
      increment: async (key) => Number((await client.increment(key, 1, {})).value),
    };
  },

  'raw meta': rawMeta,
};
