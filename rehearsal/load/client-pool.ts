import type { CacheClient } from './cache-client';

/**
 * The clients that a process reads through. Whoever reads borrows any idle one: in time each key is read through every
 * client, as in an application whose processes read what others wrote.
 */
export class ClientPool {
  constructor(private readonly idle: CacheClient[]) {}

  async borrow(use: (client: CacheClient) => Promise<void>): Promise<void> {
    const [client] = this.idle.splice(Math.floor(Math.random() * this.idle.length), 1);
    if (!client) throw new Error('every client of the pool is in use, expected more clients than workers');
    await use(client).finally(() => this.idle.push(client));
  }
}
