import { Aws, Names, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { MemcachedImage } from './image';
import type { CacheTimeouts } from './timeouts';
import type { CacheTopology, CacheZone } from './topology';

/** The tags by which a cluster's resources are told apart, by people, by IAM and by the rehearsal. */
export enum CacheTag {
  /** The cluster: unique within an account and region. */
  CLUSTER = 'cdk-memcached:cluster',

  /** What the resource is to the cluster: `node`, `proxy`, `endpoint` or `discovery`. */
  ROLE = 'cdk-memcached:role',

  /** How keys are laid out: `replicated` or `sharded`. */
  TOPOLOGY = 'cdk-memcached:topology',

  /** The name of the availability zone. */
  ZONE = 'cdk-memcached:zone',

  /** The node's name, such as `a1`. */
  NODE = 'cdk-memcached:node',

  /** The id of the network interface that gives an EC2 node its address. */
  INTERFACE = 'cdk-memcached:interface',

  /** The logical id of the Auto Scaling group that an EC2 node signals. */
  GROUP = 'cdk-memcached:group',
}

/** Properties of `CacheContext`. */
export interface CacheContextProps {
  /** The network. */
  readonly vpc: ec2.IVpc;

  /** The zones, in their stable order. */
  readonly zones: CacheZone[];

  /** How the keys are laid out. */
  readonly topology: CacheTopology;

  /** How long the parts wait for each other. */
  readonly timeouts: CacheTimeouts;

  /** The memcached image. */
  readonly image: MemcachedImage;

  /** The port of nodes, proxies and endpoint. */
  readonly port: number;

  /** The processors of Fargate tasks and of the default instance type. */
  readonly cpuArchitecture: ecs.CpuArchitecture;

  /**
   * The ECS cluster that tasks run in.
   *
   * @default - one is made when the first service asks for it
   */
  readonly ecsCluster?: ecs.ICluster;
}

/** What a cluster lends to its nodes and its routing. */
export class CacheContext extends Construct {
  /** The network. */
  public readonly vpc: ec2.IVpc;

  /** The zones, in their stable order. */
  public readonly zones: CacheZone[];

  /** How the keys are laid out. */
  public readonly topology: CacheTopology;

  /** How long the parts wait for each other. */
  public readonly timeouts: CacheTimeouts;

  /** The memcached image. */
  public readonly image: MemcachedImage;

  /** The port of nodes, proxies and endpoint. */
  public readonly port: number;

  /** The processors of Fargate tasks and of the default instance type. */
  public readonly cpuArchitecture: ecs.CpuArchitecture;

  /** The value of the cluster's tag: unique within an account and region. */
  public readonly clusterTag: string;

  private _ecsCluster?: ecs.ICluster;
  private _logGroup?: logs.ILogGroup;

  constructor(scope: Construct, id: string, props: CacheContextProps) {
    super(scope, id);
    this.vpc = props.vpc;
    this.zones = props.zones;
    this.topology = props.topology;
    this.timeouts = props.timeouts;
    this.image = props.image;
    this.port = props.port;
    this.cpuArchitecture = props.cpuArchitecture;
    this.clusterTag = `${Aws.STACK_NAME}-${Names.uniqueResourceName(scope, { maxLength: 100, separator: '-' })}`;
    this._ecsCluster = props.ecsCluster;
  }

  /** The ECS cluster that tasks run in. Made on first use: a cluster may need none. */
  public get ecsCluster(): ecs.ICluster {
    this._ecsCluster ??= new ecs.Cluster(this, 'EcsCluster', {
      vpc: this.vpc,
      containerInsightsV2: ecs.ContainerInsights.DISABLED,
    });
    return this._ecsCluster;
  }

  /** The log of all tasks. Made on first use. */
  public get logGroup(): logs.ILogGroup {
    this._logGroup ??= new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return this._logGroup;
  }
}
