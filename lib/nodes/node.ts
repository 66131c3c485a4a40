import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import type { CacheZone } from '../context/topology';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { MetricFactory } from '../metrics/factory';
import { MemcachedNodeMetrics, type IMemcachedNodeMetrics } from '../metrics/node-metrics';
import type { Endpoint } from '../network/endpoint';

/** Properties of `MemcachedNode`. */
export interface MemcachedNodeProps {
  /** The settings and resources that the cluster provides. */
  readonly context: CacheContext;

  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  readonly name: string;

  /** The zone that the node is in. */
  readonly zone: CacheZone;

  /** The node's address. It stays the same when the machine or task behind it is replaced. */
  readonly endpoint: Endpoint;

  /** The node as a target of a Network Load Balancer, for a routing that puts one directly in front of the nodes. */
  readonly loadBalancerTarget: elbv2.INetworkLoadBalancerTarget;

  /** A metric with one value a minute: 1 while the machine or task is in service, and 0 or no value while it is not. */
  readonly inServiceMetric: cloudwatch.IMetric;
}

/** A memcached server that holds data. A compute creates one for each machine or task that it keeps running. */
export class MemcachedNode extends Construct implements IMemcachedNode {
  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  public readonly name: string;

  /** The zone that the node is in. */
  public readonly zone: CacheZone;

  /** The node's address. It stays the same when the machine or task behind it is replaced. */
  public readonly endpoint: Endpoint;

  /** The node's metrics. */
  public readonly metrics: IMemcachedNodeMetrics;

  /** The node as a target of a Network Load Balancer, for a routing that puts one directly in front of the nodes. */
  public readonly loadBalancerTarget: elbv2.INetworkLoadBalancerTarget;

  /** A metric with one value a minute: 1 while the machine or task is in service, and 0 or no value while it is not. */
  public readonly inServiceMetric: cloudwatch.IMetric;

  constructor(scope: Construct, id: string, props: MemcachedNodeProps) {
    super(scope, id);
    this.name = props.name;
    this.zone = props.zone;
    this.endpoint = props.endpoint;
    this.loadBalancerTarget = props.loadBalancerTarget;
    this.inServiceMetric = props.inServiceMetric;
    const { clusterName, probe, metricDetail, latencyByOutcome } = props.context;
    const published = { probed: probe, detail: metricDetail, latencyByOutcome };
    const factory = new MetricFactory(this, { clusterName }, published);
    this.metrics = new MemcachedNodeMetrics(factory, { node: props.name });
  }

  /** The letter of the zone that the node is in. */
  public get zoneLabel(): string {
    return this.zone.label;
  }
}

/** The nodes that a compute created. */
export interface MemcachedNodeFleet {
  /** The nodes, in the order of the pool. A cluster that grows adds nodes at the end. */
  readonly nodes: MemcachedNode[];

  /** The resources that have to exist before the nodes can be expected to answer. */
  readonly ready: IDependable;

  /**
   * The IAM role of the nodes.
   *
   * @default - the cluster has no `nodeRole`
   */
  readonly role?: iam.IRole;
}

/** Options of `IMemcachedNodes.bind`. */
export interface MemcachedNodesBindOptions {
  /** The settings and resources that the cluster provides. */
  readonly context: CacheContext;

  /** The security group that lets the cluster's proxies in. */
  readonly securityGroup: ec2.ISecurityGroup;
}

/** Where nodes run. Use the factories of `MemcachedNodes`, or implement a compute of your own. */
export interface IMemcachedNodes {
  /**
   * Creates the nodes. The cluster calls this once.
   *
   * @param scope the construct to create them in
   * @param options the settings and resources that the cluster provides
   */
  bind(scope: Construct, options: MemcachedNodesBindOptions): MemcachedNodeFleet;
}

/** Options that nodes on EC2 and on Fargate share. */
export interface MemcachedNodesOptions {
  /**
   * The number of nodes in each zone. A higher number adds nodes and does not change existing ones.
   *
   * @default 1
   */
  readonly nodesPerZone?: number;
}
