import {
  CacheRole,
  CacheTopologyKind,
  ContainerCommands,
  ProxyRouting,
  ProxyStatisticsEngine,
  ReadRouting,
  type CacheContext,
  type MemcachedNode,
  type ProxySpecification,
  type ProxyTierOptions,
} from 'cdk-memcached';
import type { Construct } from 'constructs';

/** Options of `PrefixRouting`. */
export interface PrefixRoutingOptions extends ProxyTierOptions {
  /** What the keys begin with that every zone keeps a copy of: letters, digits and `-`. */
  readonly replicatedPrefix: string;
}

const CONFIG_PATH = '/tmp/prefix.lua';

/**
 * A routing of our own: keys that begin with `PREFIX/` are copied to every zone, all others have one node. So what must
 * survive the loss of a zone does, and the rest does not take its memory three times.
 *
 * The tier, its load balancer, its scaling and its security groups come from `ProxyRouting`. What is left to say is the
 * process of a proxy: memcached's own, with a configuration of ours for its route library.
 */
export class PrefixRouting extends ProxyRouting {
  constructor(private readonly options: PrefixRoutingOptions) {
    super(options);
    if (!/^[A-Za-z\d-]+$/.test(options.replicatedPrefix)) {
      throw new Error(
        `replicatedPrefix is '${options.replicatedPrefix}', expected letters, digits and -: it ends at the first / of a key`,
      );
    }
  }

  protected specify(_scope: Construct, context: CacheContext, nodes: MemcachedNode[]): ProxySpecification {
    if (context.topology.kind !== CacheTopologyKind.SHARDED) {
      throw new Error('topology is replicated, expected sharded: PrefixRouting says itself what is replicated');
    }
    return {
      process: 'memcached',
      role: CacheRole.PROXY,
      image: context.image.toContainerImage(),
      files: [{ path: CONFIG_PATH, content: this.configuration(context, nodes) }],
      command: [
        ...this.localZoneCommands(context, 'ZONE'),
        `exec memcached -p ${context.port} -o proxy_config=routelib,proxy_arg=${CONFIG_PATH}`,
      ].join('\n'),
      port: context.port,
      healthProbe: ContainerCommands.versionProbe(context.port),
      statistics: { engine: ProxyStatisticsEngine.MEMCACHED, port: context.port },
      reads: ReadRouting.KEY,
    };
  }

  private configuration({ zones, timeouts }: CacheContext, nodes: MemcachedNode[]): string {
    const pool = (members: MemcachedNode[]): string =>
      `{ backends = { ${members.map(({ endpoint }) => `"${endpoint.socketAddress}"`).join(', ')} } }`;
    return `local_zone_from_env("ZONE")
settings {
  backend_connect_timeout = ${timeouts.connect.toMilliseconds() / 1000}, backend_read_timeout = ${timeouts.request.toMilliseconds() / 1000},
}
pools {
  one = ${pool(nodes)},
  set_each = {
${zones.map(({ label }) => `    ${label} = ${pool(nodes.filter(({ zone }) => zone.label === label))},`).join('\n')}
  },
}
local read = route_failover { children = "set_each", local_zone = local_zone(), miss = true }
routes {
  map = {
    ["${this.options.replicatedPrefix}"] = cmdmap {
      get = read, gets = read, mg = read, all = route_allfastest { children = "set_each" },
    },
  },
  default = route_direct { child = "one" },
}
`;
  }
}
