import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct, IConstruct, IDependable } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import type { Endpoint } from '../network/endpoint';
import { MetricFactory } from '../metrics/factory';
import { Observed, type IMemcachedMetrics } from '../metrics/node-metrics';
import type { CacheZone } from '../context/topology';

/** A memcached server that holds data, made here or elsewhere. */
export interface IMemcachedNode extends IConstruct, IMemcachedMetrics {
  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  readonly name: string;

  /** The letter of the zone it lives in. */
  readonly zoneLabel: string;

  /** Its address. It stays when the machine or task behind it is replaced. */
  readonly endpoint: Endpoint;
}

/** Properties of `MemcachedNode`. */
export interface MemcachedNodeProps {
  /** What the cluster lends. */
  readonly context: CacheContext;

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

/** A memcached server that holds data. A compute makes one for each machine or task that it keeps. */
export class MemcachedNode extends Observed implements IMemcachedNode {
  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  public readonly name: string;

  /** The zone it lives in. */
  public readonly zone: CacheZone;

  /** Its address. It stays when the machine or task behind it is replaced. */
  public readonly endpoint: Endpoint;

  /** The node as a target of a Network Load Balancer, for a routing that puts one straight before the nodes. */
  public readonly loadBalancerTarget: elbv2.INetworkLoadBalancerTarget;

  /** 1 while the machine or task is in service and 0 or missing while it is not, each minute. */
  public readonly inServiceMetric: cloudwatch.IMetric;

  private readonly metrics: MetricFactory;

  constructor(scope: Construct, id: string, props: MemcachedNodeProps) {
    super(scope, id);
    this.name = props.name;
    this.zone = props.zone;
    this.endpoint = props.endpoint;
    this.loadBalancerTarget = props.loadBalancerTarget;
    this.inServiceMetric = props.inServiceMetric;
    const { clusterName, probe, metricDetail } = props.context;
    this.metrics = new MetricFactory(this, { clusterName }, { probe, detail: metricDetail });
  }

  /** The letter of the zone it lives in. */
  public get zoneLabel(): string {
    return this.zone.label;
  }

  /** @internal */
  protected _probeMetric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.probed(metricName, { node: this.name }, options);
  }
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
