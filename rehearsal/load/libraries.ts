import Memcached from 'memcached';
import { MemcacheClient } from 'memcache-client';
import type { Library } from './library-names';

/** What the workload asks of a client library. A client has one connection. */
export interface CacheClient {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  close(): void;
}

/** A second is a usual time-out of a client; libraries' own defaults are longer. */
export const clientTimeoutMs = 1000;

export const libraries: Record<Library, (server: string) => CacheClient> = {
  memcached: (server) => {
    const client = new Memcached(server, { poolSize: 1, timeout: clientTimeoutMs, retries: 1, idle: 60_000 });
    return {
      get: (key) =>
        new Promise((resolve, reject) =>
          client.get(key, (error, value: unknown) =>
            // The library answers a SERVER_ERROR with `false` and no error.
            error || value === false
              ? reject(asError(error ?? 'the server answered an error'))
              : resolve(value as string),
          ),
        ),
      set: (key, value) =>
        new Promise((resolve, reject) =>
          client.set(key, value, 0, (error, stored) =>
            stored ? resolve() : reject(asError(error ?? 'the value was not stored')),
          ),
        ),
      close: () => client.end(),
    };
  },

  'memcache-client': (server) => {
    const client = new MemcacheClient({
      server: { server, maxConnections: 1 },
      cmdTimeout: clientTimeoutMs,
      connectTimeout: clientTimeoutMs,
      noDelay: true,
    });
    return {
      get: async (key) => (await client.get<string>(key))?.value as string | undefined,
      set: async (key, value) => void (await client.set(key, value)),
      close: () => client.shutdown(),
    };
  },
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
