import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import type { ReadRouting } from '../metrics/read-routing';
import type { Endpoint } from '../network/endpoint';
import type { CacheLoadBalancer } from '../network/load-balancer';
import type { MemcachedNodeFleet } from '../nodes/node';
import type { ProxyStatistics } from '../contract/proxy-statistics';
import type { IProxyEngine } from './proxy-specification';

/** The proxies that a routing strategy made. */
export interface RoutingProxies {
  /** The service that runs them. */
  readonly service: ecs.FargateService;

  /** The number of proxies while all is well, at the least. */
  readonly minCount: number;

  /**
   * How the probe reads the statistics of a proxy.
   *
   * @default - it only connects to the proxy
   */
  readonly statistics?: ProxyStatistics;

  /**
   * The TCP port on which Prometheus finds the metrics of a proxy, at `/metrics`.
   *
   * @default - a proxy has none
   */
  readonly metricsPort?: number;
}

/** How clients that connect to the nodes learn which nodes there are. */
export interface RoutingDiscovery {
  /** The parameter that holds the addresses of the nodes. */
  readonly serverListParameter: ssm.IStringParameter;

  /**
   * What answers clients that ask for the nodes as they ask ElastiCache's configuration endpoint.
   *
   * @default - nothing does
   */
  readonly configurationEndpoint?: ConfigurationEndpoint;
}

/** What answers clients that ask for the nodes. */
export interface ConfigurationEndpoint {
  /** Where clients ask. */
  readonly endpoint: Endpoint;

  /** The load balancer behind it. */
  readonly loadBalancer: CacheLoadBalancer;

  /** The service that answers. */
  readonly service: ecs.FargateService;

  /** The number of its tasks while all is well, at the least. */
  readonly minCount: number;
}

/** What a routing strategy made. */
export interface RoutingConfig {
  /**
   * The one address that clients connect to.
   *
   * @default - none, clients connect to the nodes
   */
  readonly endpoint?: Endpoint;

  /**
   * The load balancer behind the endpoint. Its targets are the proxies, or the nodes where there are no proxies.
   *
   * @default - none
   */
  readonly loadBalancer?: CacheLoadBalancer;

  /**
   * The proxies.
   *
   * @default - none, nothing stands between the endpoint and the nodes
   */
  readonly proxies?: RoutingProxies;

  /**
   * What says what a proxy is that runs beside an application.
   *
   * @default - none, `addProxyTo` is an error
   */
  readonly engine?: IProxyEngine;

  /**
   * How clients learn which nodes there are.
   *
   * @default - they need not, because they connect to the endpoint
   */
  readonly discovery?: RoutingDiscovery;

  /** The nodes that a read is asked of. */
  readonly reads: ReadRouting;

  /** Who may connect to what clients connect to. */
  readonly connections: ec2.Connections;
}

/** What a routing strategy is given. */
export interface RoutingBindOptions {
  /** What the cluster provides. */
  readonly context: CacheContext;

  /** The nodes. */
  readonly fleet: MemcachedNodeFleet;

  /** The nodes' security group, which the strategy opens for its own proxies. */
  readonly nodeConnections: ec2.Connections;
}

/**
 * How requests reach the nodes. Use the factories of `Routing`, extend `ProxyRouting` for a proxy of your own, or implement
 * this interface.
 */
export interface IRouting {
  /**
   * Makes what stands between clients and nodes. Called once, by the cluster. It must leave the nodes as they are; only a
   * load balancer directly before nodes on ECS cannot.
   *
   * @param scope the construct to make it in
   * @param options what the cluster provides
   */
  bind(scope: Construct, options: RoutingBindOptions): RoutingConfig;
}
