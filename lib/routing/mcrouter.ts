import type { Duration } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { threadsFor } from '../containers/machine';
import { versionProbe } from '../containers/script';
import type { ContainerFile } from '../containers/specification';
import type { ProxyContext } from '../context/proxy-context';
import { CacheRole } from '../contract/roles';
import { inputError } from '../errors';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { DEFAULT_RETRY } from '../context/timeouts';
import type { ProxyZone } from '../context/topology';
import { CacheTopologyKind } from '../contract/topology-kind';
import { knownSeconds } from '../validation';
import { localZone } from './local-zone';
import { knownImage } from './image';
import { ProxyRouting } from './proxy-routing';
import type { ProxyHost, ProxySpecification } from './proxy-specification';
import type { ProxyTierOptions } from './proxy-tier';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';
import { ReadRouting } from '../metrics/read-routing';

/** Options of `Routing.mcrouter`. */
export interface McrouterOptions extends ProxyTierOptions {
  /**
   * The mcrouter image. There is no maintained public one. It must hold mcrouter 0.40 (2019) or later, and `sh`, `grep`,
   * `mkfifo`, `nc`, `sed`, `timeout` and `wget`, for the cluster's `cpuArchitecture`. Without `awk` its log has plain lines,
   * not JSON; with mawk the lines come late.
   */
  readonly image: ecs.ContainerImage;

  /**
   * How long a value lives that mcrouter copies to the local zone because a `get` missed it there and found it in another zone.
   * These copies warm up a node that returned empty. Whole seconds, 1 second to 30 days. Only for the replicated topology.
   *
   * mcrouter cannot learn from memcached how much longer the value has to live, so choose no more than values usually live.
   *
   * @default - nothing is copied: each read of such a key crosses zones until the key is written again
   */
  readonly warmUpTtl?: Duration;
}

/** mcrouter, configured by a file for each zone. */
export class McrouterRouting extends ProxyRouting {
  constructor(private readonly options: McrouterOptions) {
    super(options);
    knownImage('image', options.image);
    if (options.warmUpTtl !== undefined) {
      // memcached takes more than 30 days for a time of day.
      const advice = 'choose no more than values usually live';
      knownSeconds('warmUpTtl', options.warmUpTtl, { min: 1, max: 30 * 24 * 3600, advice });
    }
  }

  protected specify(
    scope: Construct,
    context: ProxyContext,
    nodes: IMemcachedNode[],
    { loopback, cpu }: ProxyHost,
  ): ProxySpecification {
    const replicated = context.topology.kind === CacheTopologyKind.REPLICATED;
    if (this.options.warmUpTtl && !replicated) {
      throw inputError({
        got: 'warmUpTtl is given with the topology sharded',
        expected: 'replicated',
        advice:
          'a key has no other copy to warm up from; leave warmUpTtl out, or set topology to CacheTopology.replicated()',
        scope,
      });
    }
    const pools = mcrouterPools(context, nodes);
    const files: ContainerFile[] = replicated
      ? context.zones.map(({ label }) => ({
          path: configPath(label),
          content: JSON.stringify({ pools, route: replicatedRoute(context.zones, label, this.options.warmUpTtl) }),
        }))
      : [{ path: configPath('all'), content: JSON.stringify({ pools, route: shardedRoute(context) }) }];
    const { request, retry = DEFAULT_RETRY } = context.timeouts;
    return {
      process: 'mcrouter',
      role: CacheRole.PROXY,
      image: this.options.image,
      files,
      command: [
        ...(replicated ? localZone(context, 'MCZONE') : ['MCZONE=all']),
        `exec mcrouter ${loopback ? '--listen-addresses=127.0.0.1 ' : ''}--port=${context.port} --config=file:${configPath('$MCZONE')} --num-proxies=${threadsFor(cpu)} \\`,
        `  --server-timeout=${request.toMilliseconds()} --timeouts-until-tko=2 \\`,
        `  --probe-timeout-initial=${retry.toMilliseconds()} --probe-timeout-max=${retry.toMilliseconds()} \\`,
        // A key may begin as a routing prefix does.
        '  --send-invalid-route-to-default \\',
        // Nothing is kept on disk: deletes that are replayed later are answered as if they had found nothing.
        '  --asynclog-disable --async-dir= --stats-logging-interval=0 --debug-fifo-root= --config-dump-root=',
      ].join('\n'),
      port: context.port,
      statistics: { engine: ProxyStatisticsEngine.MCROUTER, port: context.port },
      reads: replicated ? ReadRouting.ZONES : ReadRouting.KEY,
      healthProbe: versionProbe(context.port),
    };
  }
}

const configPath = (zone: string): string => `/tmp/mcrouter-${zone}.json`;

/** A pool for each zone, and when sharded one of all nodes, for which the zones' pools are the gutters. */
function mcrouterPools(context: ProxyContext, nodes: IMemcachedNode[]): Record<string, unknown> {
  const { connect, request } = context.timeouts;
  const pool = (members: IMemcachedNode[]): unknown => ({
    servers: members.map(({ endpoint }) => endpoint.socketAddress),
    connect_timeout: connect.toMilliseconds(),
    server_timeout: request.toMilliseconds(),
  });
  const zones = context.zones.map(({ label }) => [label, pool(nodes.filter(({ zoneLabel }) => zoneLabel === label))]);
  return {
    ...(context.topology.kind === CacheTopologyKind.SHARDED ? { main: pool(nodes) } : {}),
    ...(Object.fromEntries(zones) as Record<string, unknown>),
  };
}

/** Reads start in the local zone and go on after a miss or an error; writes go to all zones. */
function replicatedRoute(zones: ProxyZone[], local: string, warmUpTtl?: Duration): unknown {
  const poolOf = (label: string): string => `PoolRoute|${label}`;
  const others = zones.filter(({ label }) => label !== local).map(({ label }) => poolOf(label));
  // A miss is better than the error of a zone that is lost.
  const firstHit = (children: string[]): unknown => ({
    type: 'MissFailoverRoute',
    children,
    return_best_on_error: true,
  });
  const read = firstHit([poolOf(local), ...others]);
  const get = warmUpTtl && {
    type: 'WarmUpRoute',
    cold: poolOf(local),
    warm: firstHit([...others, 'NullRoute']),
    exptime: warmUpTtl.toSeconds(),
  };
  return {
    type: 'OperationSelectorRoute',
    default_policy: { type: 'AllFastestRoute', children: [poolOf(local), ...others] },
    operation_policies: { get: get ?? read, gets: read, gat: read, gats: read },
  };
}

/** A dead node's keys go to the first gutter that answers, and live there for its TTL. */
function shardedRoute({ zones, topology }: ProxyContext): unknown {
  return {
    type: 'FailoverWithExptimeRoute',
    normal: 'PoolRoute|main',
    failover: zones.map(({ label }) => `PoolRoute|${label}`),
    failover_exptime: topology.gutterTtl!.toSeconds(),
  };
}
