import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct, IDependable } from 'constructs';
import type { CacheContext } from '../context';
import type { Endpoint } from '../network/endpoint';
import type { CacheZone } from '../topology';

/** A memcached server that holds data. */
export interface MemcachedNode {
  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  readonly name: string;

  /** The zone it lives in. */
  readonly zone: CacheZone;

  /** Its address. It stays when the machine or task behind it is replaced. */
  readonly endpoint: Endpoint;

  /** The node as a target of a Network Load Balancer, for a routing that puts one straight before the nodes. */
  readonly loadBalancerTarget: elbv2.INetworkLoadBalancerTarget;

  /** 1 while the machine or task is in service and 0 or missing while it is not, each minute. */
  readonly inServiceMetric: cloudwatch.IMetric;
}

/** The nodes that a compute made. */
export interface MemcachedNodeFleet {
  /** The nodes, in the order of the pool: a cluster that grows appends. */
  readonly nodes: MemcachedNode[];

  /** What has to exist before the nodes can be said to answer. */
  readonly ready: IDependable;
}

/** Where nodes run. Use the factories of `MemcachedNodes`, or implement a compute of your own. */
export interface IMemcachedNodes {
  /**
   * Makes the nodes. Called once, by the cluster.
   *
   * @param scope the construct to make them in
   * @param context what the cluster lends
   * @param securityGroup the group that admits the cluster's proxies
   */
  bind(scope: Construct, context: CacheContext, securityGroup: ec2.ISecurityGroup): MemcachedNodeFleet;
}

/** Settings that both computes share. */
export interface MemcachedNodesProps {
  /**
   * Nodes in each zone. Growing it adds nodes and changes nothing about those that exist.
   *
   * @default 1
   */
  readonly nodesPerZone?: number;
}
