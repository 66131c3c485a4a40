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
  /** What the cluster provides. */
  readonly context: CacheContext;

  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  readonly name: string;

  /** The zone that it is in. */
  readonly zone: CacheZone;

  /** Its address. It stays when the machine or task behind it is replaced. */
  readonly endpoint: Endpoint;

  /** The node as a target of a Network Load Balancer, for a routing that puts one directly before the nodes. */
  readonly loadBalancerTarget: elbv2.INetworkLoadBalancerTarget;

  /** 1 while the machine or task is in service and 0 or missing while it is not, each minute. */
  readonly inServiceMetric: cloudwatch.IMetric;
}

/** A memcached server that holds data. A compute makes one for each machine or task that it keeps. */
export class MemcachedNode extends Construct implements IMemcachedNode {
  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  public readonly name: string;

  /** The zone that it is in. */
  public readonly zone: CacheZone;

  /** Its address. It stays when the machine or task behind it is replaced. */
  public readonly endpoint: Endpoint;

  /** Its metrics. */
  public readonly metrics: IMemcachedNodeMetrics;

  /** The node as a target of a Network Load Balancer, for a routing that puts one directly before the nodes. */
  public readonly loadBalancerTarget: elbv2.INetworkLoadBalancerTarget;

  /** 1 while the machine or task is in service and 0 or missing while it is not, each minute. */
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

  /** The letter of the zone that it is in. */
  public get zoneLabel(): string {
    return this.zone.label;
  }
}

/** The nodes that a compute made. */
export interface MemcachedNodeFleet {
  /** The nodes, in the order of the pool: a cluster that grows appends. */
  readonly nodes: MemcachedNode[];

  /** What has to exist before the nodes can be expected to answer. */
  readonly ready: IDependable;

  /**
   * The role that the nodes act in.
   *
   * @default - the cluster has no `nodeRole`
   */
  readonly role?: iam.IRole;
}

/** What a compute makes its nodes from. */
export interface MemcachedNodesBindOptions {
  /** What the cluster provides. */
  readonly context: CacheContext;

  /** The group that admits the cluster's proxies. */
  readonly securityGroup: ec2.ISecurityGroup;
}

/** Where nodes run. Use the factories of `MemcachedNodes`, or implement a compute of your own. */
export interface IMemcachedNodes {
  /**
   * Makes the nodes. Called once, by the cluster.
   *
   * @param scope the construct to make them in
   * @param options what the cluster provides
   */
  bind(scope: Construct, options: MemcachedNodesBindOptions): MemcachedNodeFleet;
}

/** Options that both computes share. */
export interface MemcachedNodesOptions {
  /**
   * Nodes in each zone. A higher number adds nodes and changes nothing about those that exist.
   *
   * @default 1
   */
  readonly nodesPerZone?: number;
}
