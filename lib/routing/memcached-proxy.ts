import type { Construct } from 'constructs';
import { versionProbe } from '../containers/script';
import type { CacheContext } from '../context/cache-context';
import { CacheRole } from '../contract/roles';
import type { MemcachedNode } from '../nodes/node';
import { memcachedExporter } from '../containers/exporter';
import { CacheTopologyKind } from '../contract/topology-kind';
import { DEFAULT_RETRY } from '../context/timeouts';
import { localZone } from './local-zone';
import { NOREPLY_ROUTE } from './noreply-route';
import { ProxyRouting, type ProxySpecification } from './proxy-routing';
import type { ProxyTierOptions } from './proxy-tier';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';
import { ReadRouting } from '../metrics/read-routing';

/** Options of `Routing.memcachedProxy`. */
export interface MemcachedProxyOptions extends ProxyTierOptions {}

/** memcached's built-in proxy, configured through its route library. */
export class MemcachedProxyRouting extends ProxyRouting {
  constructor(options: MemcachedProxyOptions = {}) {
    super(options);
  }

  protected specify(_scope: Construct, context: CacheContext, nodes: MemcachedNode[]): ProxySpecification {
    return memcachedProxy(context, nodes);
  }
}

const CONFIG_PATH = '/tmp/routes.lua';
const NOREPLY_PATH = '/tmp/noreply.lua';

/** The process of a proxy before these nodes. */
export function memcachedProxy(context: CacheContext, nodes: MemcachedNode[]): ProxySpecification {
  const routes =
    context.topology.kind === CacheTopologyKind.REPLICATED
      ? replicatedRoutes(context, nodes)
      : shardedRoutes(context, nodes);
  const exporter = memcachedExporter(context, CacheRole.PROXY);
  return {
    process: 'memcached',
    role: CacheRole.PROXY,
    image: context.image.toContainerImage(),
    files: [
      { path: NOREPLY_PATH, content: NOREPLY_ROUTE },
      { path: CONFIG_PATH, content: [settings(context), ...routes, ''].join('\n') },
    ],
    command: [
      ...(context.topology.kind === CacheTopologyKind.REPLICATED ? localZone(context, 'MCZONE') : []),
      `exec memcached -p ${context.port} -c 16384 -o proxy_config=routelib:${NOREPLY_PATH},proxy_arg=${CONFIG_PATH}`,
    ].join('\n'),
    port: context.port,
    statistics: { engine: ProxyStatisticsEngine.MEMCACHED, port: context.port },
    reads: context.topology.kind === CacheTopologyKind.REPLICATED ? ReadRouting.ZONES : ReadRouting.KEY,
    healthProbe: versionProbe(context.port),
    exporter,
    metricsPort: exporter?.port,
  };
}

function settings({ timeouts }: CacheContext): string {
  const { connect, request, retry = DEFAULT_RETRY } = timeouts;
  const [connectSeconds, readSeconds, retrySeconds] = [connect, request, retry].map(
    (each) => each.toMilliseconds() / 1000,
  );
  return `settings {
  backend_connect_timeout = ${connectSeconds}, backend_read_timeout = ${readSeconds}, backend_retry_waittime = ${retrySeconds},
  backend_failure_limit = 2, tcp_keepalive = true,
}`;
}

/**
 * One pool a zone. Reads start in the local zone and go on after a miss or a failure; writes go to all zones and the
 * first answer counts. `route_failover`, not `route_zfailover`, which turns a miss into an error when a zone is down.
 */
function replicatedRoutes(context: CacheContext, nodes: MemcachedNode[]): string[] {
  return [
    'local_zone_from_env("MCZONE")',
    'pools {',
    '  set_all = {',
    ...context.zones.map(({ label }) => `    ${label} = ${pool(nodes.filter(({ zone }) => zone.label === label))},`),
    '  },',
    '}',
    'local read = route_failover {',
    '  children = "set_all", local_zone = local_zone(), miss = true, stats = true, stats_name = "read",',
    '}',
    'routes {',
    '  cmap = { get = read, gets = read, gat = read, gats = read, mg = read },',
    '  default = route_noreply { child = route_allfastest { children = "set_all" } },',
    '}',
  ];
}

/**
 * One pool in all, and behind it a gutter for each zone: the zone's own nodes as a pool. Gutters share no node, so
 * wherever one node or one zone is lost, a gutter is left that answers each of its keys. `route_ttl` takes no other
 * commands than the four: with any other it answers with an error.
 */
function shardedRoutes(context: CacheContext, nodes: MemcachedNode[]): string[] {
  const gutters = context.zones.map(({ label }) => `gutter_${label}`);
  return [
    'pools {',
    `  main = ${pool(nodes)},`,
    ...context.zones.map(
      ({ label }) => `  gutter_${label} = ${pool(nodes.filter(({ zone }) => zone.label === label))},`,
    ),
    '}',
    'local function failover(ttl)',
    '  local children = { "main" }',
    `  for _, gutter in ipairs({ ${gutters.map((gutter) => `"${gutter}"`).join(', ')} }) do`,
    '    table.insert(children, ttl and route_ttl { ttl = ttl, child = gutter } or gutter)',
    '  end',
    '  return route_failover { children = children, stats = true, stats_name = "gutter" }',
    'end',
    `local ttl = ${context.topology.gutterTtl!.toSeconds()}`,
    'local function write(ttl) return route_noreply { child = failover(ttl) } end',
    'routes {',
    '  cmap = {',
    '    get = failover(), gets = failover(), gat = failover(), gats = failover(), mg = failover(),',
    '    set = write(ttl), add = write(ttl), cas = write(ttl), ms = write(ttl),',
    '  },',
    '  default = write(),',
    '}',
  ];
}

function pool(nodes: MemcachedNode[]): string {
  return `{ backends = { ${nodes.map(({ endpoint }) => `"${endpoint.socketAddress}"`).join(', ')} } }`;
}
