import { createHash } from 'node:crypto';
import { type CacheClient, secondChanceMs } from './cache-client';

/**
 * Rendezvous hashing over clients of one server each: what an application puts before a library that hashes no keys. A
 * server that fails an operation is left out for a while, so that the next try goes to another.
 */
export function shardedClient(clients: ReadonlyMap<string, CacheClient>): CacheClient {
  const used = new Set(clients.keys());
  const serverOf = (key: string) => {
    const weights = [...used].map((server) => ({ server, weight: weightOf(server, key) }));
    return weights.reduce((most, each) => (each.weight > most.weight ? each : most)).server;
  };
  const leaveOut = (server: string) => {
    if (used.size === 1 || !used.delete(server)) return;
    setTimeout(() => used.add(server), secondChanceMs);
  };
  const forKey = async <T>(key: string, operation: (client: CacheClient) => Promise<T>): Promise<T> => {
    const server = serverOf(key);
    try {
      return await operation(clients.get(server)!);
    } catch (error) {
      leaveOut(server);
      throw error;
    }
  };
  return {
    get: (key) => forKey(key, (client) => client.get(key)),
    set: (key, value) => forKey(key, (client) => client.set(key, value)),
    reconnect: () => clients.forEach((client) => client.reconnect()),
  };
}

/** The server whose hash with the key is the highest has the key. */
const weightOf = (server: string, key: string): string => createHash('md5').update(`${server} ${key}`).digest('hex');
