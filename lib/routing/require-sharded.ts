import type { Construct } from 'constructs';
import type { ProxyContext } from '../context/proxy-context';
import { CacheTopologyKind } from '../contract/topology-kind';
import { inputError } from '../errors';

/** Fails in a replicated cluster, for a routing that sends each key to one node. */
export function requireSharded(scope: Construct, { topology }: ProxyContext, routing: string, reason: string): void {
  if (topology.kind === CacheTopologyKind.SHARDED) return;
  throw inputError({
    got: `${routing} has the topology replicated`,
    expected: 'sharded',
    advice: `${reason}; set topology to CacheTopology.sharded(), or routing to Routing.memcachedProxy()`,
    scope,
  });
}
