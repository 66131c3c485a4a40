import { Names, RemovalPolicy, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { MemcachedImage } from '../containers/memcached-image';
import type { PrometheusExporter } from '../containers/exporter';
import { inputError } from '../errors';
import { ALARM, alarmNameOf } from '../contract/alarm-ids';
import type { CacheMetricDetail } from '../contract/metric-detail';
import { ClientAffinity } from './client-affinity';
import { allowLogs } from './encryption';
import { stackNameOf } from './stack-name';
import type { CacheTimeouts } from './timeouts';
import type { CacheTls } from './tls';
import type { CacheTopology, CacheZone } from './topology';

/** Properties of `CacheContext`. */
export interface CacheContextProps {
  /** The network. */
  readonly vpc: ec2.IVpc;

  /** The zones, in their stable order. */
  readonly zones: CacheZone[];

  /** How the keys are laid out over the nodes. */
  readonly topology: CacheTopology;

  /** How long proxies wait for nodes. */
  readonly timeouts: CacheTimeouts;

  /** The memcached image. */
  readonly image: MemcachedImage;

  /**
   * The prefix of the pull-through cache for images of Amazon's public registry.
   *
   * @default - these images come directly from that registry
   */
  readonly pullThroughCachePrefix?: string;

  /** The port of the nodes, the proxies and the endpoint. */
  readonly port: number;

  /**
   * Whether load balancers have IPv6 addresses too.
   *
   * @default elbv2.IpAddressType.IPV4
   */
  readonly ipAddressType?: elbv2.IpAddressType;

  /** The processor architecture of Fargate tasks and of the default instance type. */
  readonly cpuArchitecture: ecs.CpuArchitecture;

  /**
   * The ECS cluster that tasks run in.
   *
   * @default - one is created when the first service asks for it
   */
  readonly ecsCluster?: ecs.ICluster;

  /**
   * The log of every process.
   *
   * @default - one is created when the first process asks for it
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * Whether load balancers can be shifted away from a zone.
   *
   * @default false
   */
  readonly zonalShift?: boolean;

  /**
   * Whether clients stay in their own zone on the way through the load balancer.
   *
   * @default ClientAffinity.ANY
   */
  readonly clientAffinity?: ClientAffinity;

  /**
   * The key that encrypts the log, the volumes of EC2 nodes and the storage of Fargate tasks.
   *
   * @default - AWS's own keys
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How clients connect with TLS.
   *
   * @default - clients connect without TLS
   */
  readonly tls?: CacheTls;

  /** Whether the probe publishes metrics. */
  readonly probe: boolean;

  /** The finest level of detail at which the probe publishes metrics. */
  readonly metricDetail: CacheMetricDetail;

  /**
   * Whether the probe also publishes latencies by the outcome of the requests.
   *
   * @default false
   */
  readonly latencyByOutcome?: boolean;

  /**
   * Prometheus exporters beside the processes.
   *
   * @default - none
   */
  readonly prometheus?: PrometheusExporter;

  /**
   * Whether there is an alarm on the canary. A deployment of the proxies during which it fires is rolled back.
   *
   * @default false
   */
  readonly canaryAlarm?: boolean;
}

/** The settings and resources that a cluster provides to its nodes and its routing. */
export class CacheContext extends Construct {
  /** The network. */
  public readonly vpc: ec2.IVpc;

  /** The zones, in their stable order. */
  public readonly zones: CacheZone[];

  /** How the keys are laid out over the nodes. */
  public readonly topology: CacheTopology;

  /** How long proxies wait for nodes. */
  public readonly timeouts: CacheTimeouts;

  /** The memcached image. */
  public readonly image: MemcachedImage;

  /**
   * The prefix of the pull-through cache for images of Amazon's public registry.
   *
   * @default - these images come directly from that registry
   */
  public readonly pullThroughCachePrefix?: string;

  /** The port of the nodes, the proxies and the endpoint. */
  public readonly port: number;

  /** Whether load balancers have IPv6 addresses too. */
  public readonly ipAddressType: elbv2.IpAddressType;

  /** The processor architecture of Fargate tasks and of the default instance type. */
  public readonly cpuArchitecture: ecs.CpuArchitecture;

  /** The name of the cluster, in its tag and in its metrics: unique within an account and region. */
  public readonly clusterName: string;

  /** Whether load balancers can be shifted away from a zone. */
  public readonly zonalShift: boolean;

  /** Whether clients stay in their own zone on the way through the load balancer. */
  public readonly clientAffinity: ClientAffinity;

  /**
   * The key that encrypts the log, the volumes of EC2 nodes and the storage of Fargate tasks.
   *
   * @default - AWS's own keys
   */
  public readonly encryptionKey?: kms.IKey;

  /**
   * How clients connect with TLS.
   *
   * @default - clients connect without TLS
   */
  public readonly tls?: CacheTls;

  /** Whether the probe publishes metrics. */
  public readonly probe: boolean;

  /** The finest level of detail at which the probe publishes metrics. */
  public readonly metricDetail: CacheMetricDetail;

  /** Whether the probe also publishes latencies by the outcome of the requests. */
  public readonly latencyByOutcome: boolean;

  /**
   * Prometheus exporters beside the processes.
   *
   * @default - none
   */
  public readonly prometheus?: PrometheusExporter;

  /**
   * The name of the alarm on the canary. A deployment of the proxies during which it fires is rolled back. The alarm is created
   * after the proxies.
   *
   * @default - there is no such alarm
   */
  public readonly canaryAlarmName?: string;

  private _ecsCluster?: ecs.ICluster;
  private _logGroup?: logs.ILogGroup;

  constructor(scope: Construct, id: string, props: CacheContextProps) {
    super(scope, id);
    this.vpc = props.vpc;
    this.zones = props.zones;
    this.topology = props.topology;
    this.timeouts = props.timeouts;
    this.image = props.image;
    this.pullThroughCachePrefix = props.pullThroughCachePrefix;
    this.port = props.port;
    this.ipAddressType = props.ipAddressType ?? elbv2.IpAddressType.IPV4;
    this.cpuArchitecture = props.cpuArchitecture;
    this.clusterName = `${stackNameOf(scope)}-${Names.uniqueResourceName(scope, { maxLength: 100, separator: '-' })}`;
    this.zonalShift = props.zonalShift ?? false;
    this.clientAffinity = props.clientAffinity ?? ClientAffinity.ANY;
    this.encryptionKey = props.encryptionKey;
    this.tls = props.tls;
    this.probe = props.probe;
    this.metricDetail = props.metricDetail;
    this.latencyByOutcome = props.latencyByOutcome ?? false;
    this.prometheus = props.prometheus;
    if (props.canaryAlarm) this.canaryAlarmName = alarmNameOf(this.clusterName, ALARM.canaryFailing);
    this._ecsCluster = props.ecsCluster;
    this._logGroup = props.logGroup && metricsFrom(props.logGroup, scope);
  }

  /** The ECS cluster that tasks run in. It is created on first use, because a cache may need none. */
  public get ecsCluster(): ecs.ICluster {
    this._ecsCluster ??= new ecs.Cluster(this, 'EcsCluster', {
      vpc: this.vpc,
      containerInsightsV2: ecs.ContainerInsights.DISABLED,
      managedStorageConfiguration: this.encryptionKey && { fargateEphemeralStorageKmsKey: this.encryptionKey },
    });
    return this._ecsCluster;
  }

  /** The log of every process. It is created on first use. */
  public get logGroup(): logs.ILogGroup {
    if (this._logGroup) return this._logGroup;
    if (this.encryptionKey) allowLogs(this, this.encryptionKey);
    this._logGroup = new logs.LogGroup(this, 'Log', {
      encryptionKey: this.encryptionKey,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return this._logGroup;
  }
}

/** CloudWatch makes metrics from the lines of one class of log groups only. */
function metricsFrom(logGroup: logs.ILogGroup, scope: Construct): logs.ILogGroup {
  const resource = logGroup.node.defaultChild;
  const logClass = resource instanceof logs.CfnLogGroup ? resource.logGroupClass : undefined;
  if (logClass !== undefined && !Token.isUnresolved(logClass) && logClass !== logs.LogGroupClass.STANDARD) {
    throw inputError({
      got: `logGroup has the class ${logClass}`,
      expected: logs.LogGroupClass.STANDARD,
      advice: 'CloudWatch makes no metrics from the others; change its logGroupClass, or leave logGroup out',
      scope,
    });
  }
  return logGroup;
}
