import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { inputError } from '../errors';

/**
 * Clients that connect to the nodes, or to a proxy beside them, find nothing there that speaks TLS.
 *
 * @throws when they are to speak it
 */
export function refuseTls(scope: Construct, { tls }: CacheContext, routing: string): void {
  if (!tls) return;
  throw inputError({
    got: `tls with the routing ${routing}`,
    expected: 'a routing with an endpoint, which ends TLS',
    advice: 'choose another routing, or leave tls out',
    scope,
  });
}
