import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import type { IMemcachedClusterMetrics } from '../metrics/cluster-metrics';
import type { Endpoint } from '../network/endpoint';
import type { IMemcachedNode } from './memcached-node';

/** A memcached cluster, made here or elsewhere. */
export interface IMemcachedCluster extends IConstruct, ec2.IConnectable {
  /**
   * The one address that clients connect to.
   *
   * Reading it throws when clients connect to the nodes themselves: use `serverList`.
   */
  readonly endpoint: Endpoint;

  /** The nodes, in the order of the pool. Empty for an imported cluster that does not name them. */
  readonly nodes: IMemcachedNode[];

  /** The nodes' own addresses, in the order of the pool. Empty for an imported cluster that does not name them. */
  readonly nodeEndpoints: Endpoint[];

  /**
   * What a client takes as its list of servers, `host:port` separated by commas: the endpoint, or every node in the order
   * of the pool where clients hash the keys themselves.
   */
  readonly serverList: string;

  /** Its metrics: of the nodes together, of the proxies and of the load balancer. */
  readonly metrics: IMemcachedClusterMetrics;

  /**
   * The server list as environment variables for a container or a function.
   *
   * @param variable the variable's name, `MEMCACHED_SERVERS` when not given
   */
  environmentVariables(variable?: string): Record<string, string>;
}
