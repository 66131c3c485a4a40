import Memcached from 'memcached';
import { MemcacheClient } from 'memcache-client';
import {
  type CacheClient,
  clientTimeoutMs,
  type Connection,
  inTime,
  reconnecting,
  secondChanceMs,
} from './cache-client';
import type { Library } from './library-names';
import { shardedClient } from './sharded-client';

/** A client of each library, for one server or for several over which it hashes the keys. */
export const libraries: Record<Library, (servers: readonly string[]) => CacheClient> = {
  memcached: (servers) =>
    servers.length > 1
      ? memcachedRing(servers)
      : reconnecting(() => memcached(servers, { timeout: clientTimeoutMs, retries: 1 })),
  'memcache-client': (servers) => {
    const one = (server: string) => reconnecting(() => memcacheClient(server));
    // By itself this library sends a command to any of its servers, whatever the key.
    return servers.length > 1
      ? shardedClient(new Map(servers.map((server) => [server, one(server)])))
      : one(servers[0]!);
  },
};

/**
 * The library has a ring of its own. It drops a server when one connection to it fails, and never takes it back: an
 * application makes a new client after a while.
 */
function memcachedRing(servers: readonly string[]): CacheClient {
  const connect = () => {
    // Half of the time-out, so that the library hears of the failure before its caller gives up.
    const made = memcached(servers, { timeout: clientTimeoutMs / 2, retries: 0, failures: 0, remove: true });
    made.once('remove', () => setTimeout(() => (client = connect()), secondChanceMs));
    return made;
  };
  let client = connect();
  return {
    get: (key) => inTime(client.get(key)),
    set: (key, value) => inTime(client.set(key, value)),
    reconnect: () => client.close(),
  };
}

function memcached(servers: readonly string[], options: Memcached.options): Connection & Pick<Memcached, 'once'> {
  const client = new Memcached([...servers], { poolSize: 1, idle: 60_000, ...options });
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
    once: client.once.bind(client),
  };
}

function memcacheClient(server: string): Connection {
  const client = new MemcacheClient({
    server: { server, maxConnections: 1 },
    cmdTimeout: clientTimeoutMs,
    connectTimeout: clientTimeoutMs,
    noDelay: true,
  });
  return {
    get: async (key) => (await client.get<string>(key))?.value as string | undefined,
    // By itself this library's values expire after a minute, which many a fault takes.
    set: async (key, value) => void (await client.set(key, value, { lifetime: 0 })),
    close: () => client.shutdown(),
  };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
