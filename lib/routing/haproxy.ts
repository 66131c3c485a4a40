import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { BACKLOG, threadsFor } from '../containers/machine';
import { publicImage } from '../containers/pull-through-cache';
import type { ProxyContext } from '../context/proxy-context';
import { CacheRole } from '../contract/roles';
import { inputError } from '../errors';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { DEFAULT_RETRY } from '../context/timeouts';
import { knownBoolean, whereGiven } from '../validation';
import { knownImage } from './image';
import { warnOfIndependentNodes, warnOfStandby } from './warnings';
import { proxyConnectionsIn, requestedConnections, type ProxyConnectionsOptions } from './proxy-connections';
import { ProxyRouting } from './proxy-routing';
import type { ProxyHost, ProxySpecification } from './proxy-specification';
import type { ProxyTierOptions } from './proxy-tier';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';
import { ReadRouting } from '../metrics/read-routing';

/** Options of `Routing.haproxy`. */
export interface HaproxyOptions extends ProxyTierOptions, ProxyConnectionsOptions {
  /**
   * Whether one node serves all requests and the others stand by. There is one copy of every key. When the node is lost, all
   * requests move to the next node in the order of the pool; when it returns, they move back.
   *
   * The copy is consistent as long as nodes that are lost come back empty. A node that hung or was cut off comes back with its
   * old values, and so does a standby that served in an earlier outage: clients then read these stale values.
   *
   * @default false - connections are spread over all nodes in turn
   */
  readonly standby?: boolean;

  /**
   * The HAProxy image. It must hold HAProxy 2.4 or later with its Prometheus exporter, and `sh`, `awk`,
   * `mkfifo` and `wget`.
   *
   * @default - the official Alpine image in Amazon's public registry, pinned to an exact release
   */
  readonly image?: ecs.ContainerImage;
}

const CONFIG_PATH = '/tmp/haproxy.cfg';

/** Where HAProxy serves its statistics page, and `/metrics` for Prometheus. */
const STATISTICS_PORT = 8404;

/** The official Alpine image, pinned to an exact release. */
export function officialHaproxy({ pullThroughCachePrefix }: ProxyContext): ecs.ContainerImage {
  return publicImage('docker/library/haproxy:3.2.22-alpine', pullThroughCachePrefix);
}

/** HAProxy on layer 4. */
export class HaproxyRouting extends ProxyRouting {
  private readonly standby: boolean;
  private readonly image?: ecs.ContainerImage;
  private readonly maxConnections?: number;

  constructor(options: HaproxyOptions = {}) {
    super(options);
    this.maxConnections = requestedConnections(options);
    this.standby = knownBoolean('standby', options.standby ?? false);
    this.image = whereGiven(options.image, (image) => knownImage('image', image));
  }

  protected specify(
    scope: Construct,
    context: ProxyContext,
    nodes: IMemcachedNode[],
    { loopback, cpu, memoryLimitMiB }: ProxyHost,
  ): ProxySpecification {
    if (this.standby) {
      if (nodes.length < 2) {
        throw inputError({
          got: `standby is true with ${nodes.length} node`,
          expected: 'at least 2',
          advice: 'add nodes that can stand by, or leave standby out',
          scope,
        });
      }
      warnOfStandby(scope, nodes.length);
    } else {
      warnOfIndependentNodes(scope, nodes.length);
    }
    return {
      process: 'haproxy',
      role: CacheRole.PROXY,
      image: this.image ?? officialHaproxy(context),
      files: [
        {
          path: CONFIG_PATH,
          content: haproxyConfiguration(context, nodes, {
            standby: this.standby,
            address: loopback ? '127.0.0.1' : '',
            threads: threadsFor(cpu),
            connections: proxyConnectionsIn(memoryLimitMiB, this.maxConnections),
          }),
        },
      ],
      command: `exec haproxy -db -f ${CONFIG_PATH}`,
      port: context.port,
      ownPorts: [STATISTICS_PORT],
      statistics: { engine: ProxyStatisticsEngine.HAPROXY, port: STATISTICS_PORT },
      // With standby nodes every key is of the one that is active.
      reads: this.standby ? ReadRouting.KEY : ReadRouting.ANY,
      metricsPort: STATISTICS_PORT,
      // HAProxy's own page: a version through it would ask a node, and kill the proxy for the node's fault.
      healthProbe: `wget -q -T 2 -O /dev/null http://127.0.0.1:${STATISTICS_PORT}/health`,
    };
  }
}

/** What is chosen of a proxy. */
interface HaproxyChoices {
  readonly standby: boolean;

  /** The address that it listens on; none for all. */
  readonly address: string;

  readonly threads: number;
  readonly connections: number;
}

/**
 * The check reads the node's version, because a node that hangs still accepts connections. A lost node is out after
 * `inter` and two times `fastinter`, and its sessions end.
 */
function haproxyConfiguration(
  { port, timeouts }: ProxyContext,
  nodes: IMemcachedNode[],
  { standby, address, threads, connections }: HaproxyChoices,
): string {
  const { connect, request, retry = DEFAULT_RETRY } = timeouts;
  const [connectMs, requestMs, retryMs] = [connect, request, retry].map((each) => each.toMilliseconds());
  return [
    'global',
    `  maxconn ${connections + 256}`,
    `  nbthread ${threads}`,
    '  log stdout format raw local0 notice',
    'defaults',
    '  log global',
    '  mode tcp',
    `  timeout connect ${connectMs}ms`,
    `  timeout check ${requestMs}ms`,
    // Longer than the load balancer keeps a connection that is idle.
    '  timeout client 2h',
    '  timeout server 2h',
    '  option clitcpka',
    '  option srvtcpka',
    '  option redispatch 1',
    'resolvers vpc',
    '  parse-resolv-conf',
    '  hold valid 5s',
    '  hold nx 5s',
    // A resolver that is silent says nothing of the nodes: they keep the addresses they had.
    ...['timeout', 'refused', 'other'].map((failure) => `  hold ${failure} 1h`),
    'frontend cache',
    // Fewer than the process takes: when clients hold them all, the health probe still gets in.
    `  maxconn ${connections}`,
    `  bind ${address}:${port} backlog ${BACKLOG}`,
    '  default_backend nodes',
    'backend nodes',
    '  balance roundrobin',
    '  option tcp-check',
    '  tcp-check send version\\r\\n',
    '  tcp-check expect rstring ^VERSION',
    `  default-server check inter 2000 fastinter 500 downinter ${retryMs} rise 2 fall 3 resolvers vpc init-addr libc,none` +
      ` on-marked-down shutdown-sessions${standby ? ' on-marked-up shutdown-backup-sessions' : ''}`,
    ...nodes.map(
      ({ name, endpoint }, i) => `  server ${name} ${endpoint.socketAddress}${standby && i > 0 ? ' backup' : ''}`,
    ),
    'frontend statistics',
    '  mode http',
    '  timeout client 10s',
    `  bind ${address}:${STATISTICS_PORT}`,
    '  monitor-uri /health',
    '  http-request use-service prometheus-exporter if { path /metrics }',
    '  stats enable',
    '  stats uri /',
    '',
  ].join('\n');
}
