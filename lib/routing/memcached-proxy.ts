import { Fn } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { quote, versionProbe } from '../container-script';
import type { ContainerSpecification } from '../container-specification';
import type { CacheContext } from '../context';
import type { MemcachedNode, MemcachedNodeFleet } from '../nodes/node';
import { TopologyKind } from '../topology';
import { completeProxyTier, ProxyTier, type ProxyTierProps } from './proxy-tier';
import type { IRouting, RoutingConfig } from './strategy';

/** Properties of `Routing.memcachedProxy`. */
export interface MemcachedProxyProps extends ProxyTierProps {}

/** memcached's built-in proxy, configured through its route library. */
export class MemcachedProxyRouting implements IRouting {
  private readonly tier: Required<ProxyTierProps>;

  constructor(props: MemcachedProxyProps = {}) {
    this.tier = completeProxyTier(props);
  }

  public bind(
    scope: Construct,
    context: CacheContext,
    fleet: MemcachedNodeFleet,
    nodeConnections: ec2.Connections,
  ): RoutingConfig {
    const specification = memcachedProxy(context, fleet.nodes);
    return new ProxyTier(scope, 'Proxy', context, fleet, nodeConnections, specification, this.tier).config;
  }
}

const CONFIG_PATH = '/tmp/routes.lua';

/** The process of a proxy before these nodes. */
export function memcachedProxy(context: CacheContext, nodes: MemcachedNode[]): ContainerSpecification {
  const routes =
    context.topology.kind === TopologyKind.REPLICATED
      ? replicatedRoutes(context, nodes)
      : shardedRoutes(context, nodes);
  return {
    image: context.image,
    files: [{ path: CONFIG_PATH, content: [SETTINGS, ...routes, ''].join('\n') }],
    command: [
      ...localZone(context),
      `exec memcached -p ${context.port} -c 16384 -o proxy_config=routelib,proxy_arg=${CONFIG_PATH}`,
    ].join('\n'),
    port: context.port,
    healthProbe: versionProbe(context.port),
  };
}

/** A client's time-out of a second covers two tries that time out and the one that answers. */
const SETTINGS = `settings {
  backend_connect_timeout = 0.2, backend_read_timeout = 0.2, backend_retry_waittime = 0.5,
  backend_failure_limit = 2, tcp_keepalive = true,
}`;

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
    '  default = route_allfastest { children = "set_all" },',
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
    'routes {',
    '  cmap = { set = failover(ttl), add = failover(ttl), cas = failover(ttl), ms = failover(ttl) },',
    '  default = failover(),',
    '}',
  ];
}

function pool(nodes: MemcachedNode[]): string {
  return `{ backends = { ${nodes.map(({ endpoint }) => `"${endpoint.socketAddress}"`).join(', ')} } }`;
}

/**
 * Finds the zone's letter from the task's metadata. The letters, not the names of the availability zones, are in the
 * configuration: the route library takes letters only, and the names may be known only at deployment.
 */
function localZone(context: CacheContext): string[] {
  if (context.topology.kind !== TopologyKind.REPLICATED) return [];
  const cases = context.zones.map(({ label, availabilityZone }) =>
    Fn.join('', [availabilityZone, `) MCZONE=${label} ;;`]),
  );
  return [
    // Once is not enough: a proxy that took the first zone for its own would read across zones for as long as it lives.
    'for attempt in 1 2 3 4 5; do',
    `  az=$(wget -q -T 2 -O - "$ECS_CONTAINER_METADATA_URI_V4/task" | sed -n ${quote('s/.*"AvailabilityZone": *"\\([^"]*\\)".*/\\1/p')})`,
    '  [ -n "$az" ] && break',
    '  sleep 1',
    'done',
    'case "$az" in',
    ...cases,
    `*) MCZONE=${context.zones[0].label} ;;`,
    'esac',
    'export MCZONE',
  ];
}
