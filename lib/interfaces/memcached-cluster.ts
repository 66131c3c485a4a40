import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';
import type { IMemcachedClusterMetrics } from '../metrics/cluster-metrics';
import type { Endpoint } from '../network/endpoint';
import type { IMemcachedNode } from './memcached-node';
import type { IProxyCommand, IProxySidecar, ProxySidecarOptions, ProxySize } from './proxy-sidecar';

/** A memcached cluster, made here or elsewhere. */
export interface IMemcachedCluster extends IConstruct, ec2.IConnectable {
  /**
   * The one address that clients connect to.
   *
   * Reading it throws when clients connect to the nodes themselves: use `serverList`; and when each has a proxy beside it: use
   * what `addProxyTo` returns.
   */
  readonly endpoint: Endpoint;

  /**
   * Where clients speak TLS: the name that the certificate is for, and the port. It is the endpoint where nothing is served in plain.
   *
   * @default - clients do not speak TLS
   */
  readonly tlsEndpoint?: Endpoint;

  /** The nodes, in the order of the pool. Empty for an imported cluster that does not name them. */
  readonly nodes: IMemcachedNode[];

  /** The nodes' own addresses, in the order of the pool. Empty for an imported cluster that does not name them. */
  readonly nodeEndpoints: Endpoint[];

  /**
   * What a client takes as its list of servers, `host:port` separated by commas: the endpoint, or every node in the order
   * of the pool where clients hash the keys themselves.
   */
  readonly serverList: string;

  /**
   * Adds a proxy to a task of an application: a container that listens on 127.0.0.1, on the port of the cluster. It is the proxy
   * of the cluster's routing, and reads in the zone that the task runs in. The tier, if there is one, stays for others.
   *
   * The containers of the task start when it is healthy, and it is stopped after them. It sets a kernel parameter for
   * the whole task: `net.ipv4.tcp_orphan_retries` is 1, so that no write lands late.
   *
   * Throws when the network mode of the task is not `awsvpc`, the task has such a proxy already, or the routing has none.
   *
   * @param taskDefinition the task of the application, on Fargate or EC2
   * @param options what the proxy may use
   */
  addProxyTo(taskDefinition: ecs.TaskDefinition, options?: ProxySidecarOptions): IProxySidecar;

  /**
   * The proxy as shell text, for hosts of your own. docs/connecting.md has recipes for EC2 instances and for Kubernetes.
   *
   * Throws when the routing has no proxies.
   *
   * @param size what the proxy may use
   */
  proxyCommand(size?: ProxySize): IProxyCommand;

  /** Its metrics: of the nodes together, of the proxies and of the load balancer. */
  readonly metrics: IMemcachedClusterMetrics;

  /**
   * The server list as environment variables for a container or a function.
   *
   * @param variable the variable's name, `MEMCACHED_SERVERS` when not given
   */
  environmentVariables(variable?: string): Record<string, string>;
}
