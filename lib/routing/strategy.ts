import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import type { Endpoint } from '../network/endpoint';
import type { EndpointLoadBalancer } from '../network/load-balancer';
import type { MemcachedNodeFleet } from '../nodes/node';

/** The ways in which proxies tell their statistics. */
export enum ProxyStatisticsEngine {
  /** The command `stats`, as memcached's own proxy answers it. */
  MEMCACHED = 'memcached',

  /** The command `stats`, as mcrouter answers it. */
  MCROUTER = 'mcrouter',

  /** A JSON document, given to whoever connects. */
  TWEMPROXY = 'twemproxy',

  /** HAProxy's page of statistics, as CSV at `/;csv`. */
  HAPROXY = 'haproxy',
}

/** How a proxy tells its statistics. */
export interface ProxyStatistics {
  /** The way it tells them. */
  readonly engine: ProxyStatisticsEngine;

  /** The TCP port that it tells them on. */
  readonly port: number;
}

/** The nodes that a read is asked of. */
export enum ReadRouting {
  /** The node that the key belongs to. */
  KEY = 'key',

  /** A node of the zone that the proxy is in, and while that misses of the others. */
  ZONES = 'zones',

  /** Any node, whatever the key. */
  ANY = 'any',
}

/** What a routing strategy made. */
export interface RoutingConfig {
  /**
   * The one address that clients connect to.
   *
   * @default - none, clients connect to the nodes
   */
  readonly endpoint?: Endpoint;

  /** Who may connect to what clients connect to. */
  readonly connections: ec2.Connections;

  /**
   * The parameter that holds the addresses of the nodes.
   *
   * @default - the strategy publishes none
   */
  readonly serverListParameter?: ssm.IStringParameter;

  /**
   * What clients ask for the addresses of the nodes, as they ask ElastiCache's configuration endpoint.
   *
   * @default - none
   */
  readonly configurationEndpoint?: Endpoint;

  /**
   * The load balancer behind the endpoint.
   *
   * @default - the strategy has none
   */
  readonly loadBalancer?: EndpointLoadBalancer;

  /**
   * The service that runs the proxies.
   *
   * @default - the strategy has no proxies
   */
  readonly proxyService?: ecs.FargateService;

  /**
   * How a proxy tells its statistics.
   *
   * @default - it is only connected to
   */
  readonly proxyStatistics?: ProxyStatistics;

  /**
   * The TCP port on which Prometheus finds a proxy's metrics, at `/metrics`.
   *
   * @default - it has none
   */
  readonly proxyMetricsPort?: number;

  /**
   * The nodes that a read is asked of.
   *
   * @default ReadRouting.KEY
   */
  readonly reads?: ReadRouting;

  /**
   * The number of targets behind the load balancer while all is well, at the least.
   *
   * @default - the strategy has no load balancer
   */
  readonly minTargets?: number;
}

/** How requests reach the nodes. Use the factories of `Routing`, or implement a strategy of your own. */
export interface IRouting {
  /**
   * Makes what stands between clients and nodes. Called once, by the cluster. It must leave the nodes as
   * they are; only a load balancer straight before nodes on ECS cannot.
   *
   * @param scope the construct to make it in
   * @param context what the cluster lends
   * @param fleet the nodes
   * @param nodeConnections the nodes' security group, which the strategy opens for its own proxies
   */
  bind(
    scope: Construct,
    context: CacheContext,
    fleet: MemcachedNodeFleet,
    nodeConnections: ec2.Connections,
  ): RoutingConfig;
}
