import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { IConstruct } from 'constructs';
import type { IMemcachedClusterMetrics } from '../metrics/cluster-metrics';
import type { Endpoint } from '../network/endpoint';
import type { IMemcachedNode } from './memcached-node';
import type { IProxyCommand, IProxySidecar, ProxySidecarOptions, ProxySize } from './proxy-sidecar';

/** A memcached cluster, defined in this app or imported. */
export interface IMemcachedCluster extends IConstruct, ec2.IConnectable {
  /**
   * The one address that clients connect to.
   *
   * Reading it throws if clients connect to the nodes themselves (use `serverList`), or if each client has a proxy beside it
   * (use the `endpoint` of what `addProxyTo` returns).
   */
  readonly endpoint: Endpoint;

  /**
   * Where clients connect with TLS: the name that the certificate is for, and the port. If the cluster serves TLS only, it is
   * also the `endpoint`.
   *
   * @default - clients connect without TLS
   */
  readonly tlsEndpoint?: Endpoint;

  /** The nodes, in the order of the pool. Empty for an imported cluster whose attributes do not name them. */
  readonly nodes: IMemcachedNode[];

  /** The nodes' own addresses, in the order of the pool. Empty for an imported cluster whose attributes do not name them. */
  readonly nodeEndpoints: Endpoint[];

  /**
   * The list of servers to give to a client, `host:port` separated by commas: the endpoint or, where clients hash the keys
   * themselves, every node in the order of the pool.
   */
  readonly serverList: string;

  /**
   * Adds a proxy to an application's task: a container that listens on 127.0.0.1, on the port of the cluster. It runs the proxy
   * of the cluster's routing, and reads in the zone that the task runs in. If the cluster also has a tier of proxies, the tier
   * stays for other clients.
   *
   * The task's other containers start when the proxy is healthy, and ECS stops the proxy after them. The proxy's container sets
   * a kernel parameter for the whole task: `net.ipv4.tcp_orphan_retries` is 1, so that no write that the proxy has given up
   * reaches a node late.
   *
   * Throws if the network mode of the task is not `awsvpc`, if the task already has such a proxy, or if the routing has no
   * proxies.
   *
   * @param taskDefinition the application's task, on Fargate or EC2
   * @param options the size, log, metrics and alarms of the proxy
   */
  addProxyTo(taskDefinition: ecs.TaskDefinition, options?: ProxySidecarOptions): IProxySidecar;

  /**
   * Returns a shell script that runs the proxy on hosts of your own. docs/connecting.md has recipes for EC2 instances and for
   * Kubernetes.
   *
   * Throws if the routing has no proxies.
   *
   * @param size the CPU and memory of the proxy
   */
  proxyCommand(size?: ProxySize): IProxyCommand;

  /** The cluster's metrics: those of all nodes together, of the proxies and of the load balancer. */
  readonly metrics: IMemcachedClusterMetrics;

  /**
   * Returns the server list as an environment variable, for a container or a function.
   *
   * @param variable the variable's name, `MEMCACHED_SERVERS` by default
   */
  environmentVariables(variable?: string): Record<string, string>;
}
