import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Route 53 answers a name of many addresses with so many of them, chosen anew each time. */
const FULL_ANSWER = 8;

/** How often a name is asked for again that has perhaps more addresses. */
const AGAIN = 5;

const LONGEST_MS = 1500;

/** Looks names up, each within a bounded time. Not with the system's `getaddrinfo`, four of which hang all others. */
export class Names {
  private readonly resolver = new Resolver({ timeout: 500, tries: 2 });

  /** `servers` are asked in place of the system's own. */
  constructor(servers?: readonly string[]) {
    if (servers) this.resolver.setServers(servers);
  }

  /** One of the host's addresses, chosen anew each time as they come. */
  async address(host: string): Promise<string> {
    return (await this.resolve(host))[0];
  }

  /** All of the host's addresses: where an answer may hold only some of them, together with those `known` before. */
  async addresses(host: string, known: readonly string[] = []): Promise<string[]> {
    const first = await this.resolve(host);
    if (first.length < FULL_ANSWER) return first;
    const more = await Promise.all(Array.from({ length: AGAIN }, () => this.resolve(host).catch(() => [])));
    return [...new Set([...first, ...more.flat(), ...known])];
  }

  private async resolve(host: string): Promise<string[]> {
    if (isIP(host)) return [host];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${LONGEST_MS} ms`)), LONGEST_MS);
    });
    try {
      return await Promise.race([this.resolver.resolve4(host), late]);
    } catch (error) {
      throw new Error(`${host} has no address: ${(error as Error).message}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
