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

/** The proxies that a routing created. */
export interface RoutingProxies {
  /** The service that runs them. */
  readonly service: ecs.FargateService;

  /** The minimum number of proxies while all is well. */
  readonly minCount: number;

  /**
   * How the probe reads the statistics of a proxy.
   *
   * @default - the probe only connects to the proxy
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
   * The endpoint that clients ask for the nodes, as they ask ElastiCache's configuration endpoint.
   *
   * @default - there is none
   */
  readonly configurationEndpoint?: ConfigurationEndpoint;
}

/** An endpoint that clients ask for the nodes, and the parts behind it. */
export interface ConfigurationEndpoint {
  /** Where clients ask. */
  readonly endpoint: Endpoint;

  /** The load balancer behind it. */
  readonly loadBalancer: CacheLoadBalancer;

  /** The service that answers. */
  readonly service: ecs.FargateService;

  /** The minimum number of the service's tasks while all is well. */
  readonly minCount: number;
}

/** The parts that a routing created, and how clients use them. */
export interface RoutingConfig {
  /**
   * The one address that clients connect to.
   *
   * @default - none: clients connect to the nodes
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
   * @default - none: there are no proxies in front of the nodes
   */
  readonly proxies?: RoutingProxies;

  /**
   * Specifies the proxies that run beside applications.
   *
   * @default - none: calling `addProxyTo` is an error
   */
  readonly engine?: IProxyEngine;

  /**
   * How clients learn which nodes there are.
   *
   * @default - clients need not know the nodes, because they connect to the endpoint
   */
  readonly discovery?: RoutingDiscovery;

  /** The nodes that a read is sent to. */
  readonly reads: ReadRouting;

  /** Controls who may connect to the endpoint, or to the nodes where clients connect to them. */
  readonly connections: ec2.Connections;
}

/** Options of `IRouting.bind`. */
export interface RoutingBindOptions {
  /** The settings and resources that the cluster provides. */
  readonly context: CacheContext;

  /** The nodes. */
  readonly fleet: MemcachedNodeFleet;

  /** The nodes' security group, which the routing opens for its own proxies. */
  readonly nodeConnections: ec2.Connections;
}

/**
 * How requests reach the nodes. Use the factories of `Routing`, extend `ProxyRouting` for a proxy of your own, or implement
 * this interface.
 */
export interface IRouting {
  /**
   * Creates everything between clients and nodes. The cluster calls this once. It must leave the nodes as they are; only a load
   * balancer directly in front of nodes on ECS cannot do that.
   *
   * @param scope the construct to create these parts in
   * @param options what the cluster provides
   */
  bind(scope: Construct, options: RoutingBindOptions): RoutingConfig;
}
