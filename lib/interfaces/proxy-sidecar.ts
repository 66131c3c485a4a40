import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { IProxySidecarMetrics } from '../metrics/sidecar-metrics';
import type { Endpoint } from '../network/endpoint';
import type { CacheAlarmOptions } from './alarm-options';

/** What a proxy beside an application may use. */
export interface ProxySize {
  /**
   * CPU units, 1024 for a vCPU. In an ECS task they are reserved for the proxy.
   *
   * @default - none are reserved in a task; the proxy runs as with 256
   */
  readonly cpu?: number;

  /**
   * The memory limit in MiB, at least 128.
   *
   * @default 256
   */
  readonly memoryLimitMiB?: number;
}

/** The alarms on the proxies beside an application. Each can be tuned or switched off. */
export interface ProxySidecarAlarmsOptions {
  /**
   * `ClientErrors`: a proxy answers requests of its application with errors. Threshold: the share of the requests of a minute, from
   * 0 to 1, of one request in 17. Fewer than 50 of them count as 50: by default it takes three errors among them, some 50 errors a
   * minute, so a proxy with less than one request a second does not fire it.
   *
   * @default - 0.05 in 3 of 5 minutes: a lost node costs no error
   */
  readonly clientErrors?: CacheAlarmOptions;

  /**
   * `DebtsStayOwed`: a proxy failed to write keys to a node and has not deleted them there, although every node answers the probe.
   * Threshold: keys owed by a proxy, above which it fires.
   *
   * @default - above 0 for 5 minutes, because proxies pay within seconds of a node's return; none where the cluster has no probe, or
   * is in another account or region than the task
   */
  readonly debtsStayOwed?: CacheAlarmOptions;

  /**
   * `ConnectionsNearLimit`: a proxy has almost all connections that it may have. Threshold: the share, from 0 to 1.
   *
   * @default - 0.8 for 5 minutes
   */
  readonly connectionsNearLimit?: CacheAlarmOptions;

  /**
   * `ConnectionsRejected`: a proxy had all connections that it may have, and refused others. Threshold: connections a second, above
   * which it fires.
   *
   * @default - above 0 in 3 of 10 minutes
   */
  readonly connectionsRejected?: CacheAlarmOptions;
}

/** Options of `addProxyTo`. */
export interface ProxySidecarOptions extends ProxySize {
  /**
   * The name of the container.
   *
   * @default memcached-proxy
   */
  readonly containerName?: string;

  /**
   * Where the proxy's log goes.
   *
   * @default - the log of the cluster; a new log group for an imported cluster whose `logGroup` is not given
   */
  readonly logging?: ecs.LogDriver;

  /**
   * Whether each proxy publishes its figures as metrics once a minute: as a line in its log, which CloudWatch Logs makes metrics of. The
   * log group's class has to be `STANDARD`. CloudWatch charges for these 15 metrics of an application. They are in the region of the
   * log group; where that is not the task's, there are no alarms on them.
   *
   * Set it to false for a driver with `multilinePattern` or `datetimeFormat`: it merges lines, and CloudWatch Logs makes no metrics of
   * lines that are merged.
   *
   * Only memcached's proxy does. Throws when it is true for another.
   *
   * @default - true for memcached's proxy whose log goes to CloudWatch Logs by the driver `awslogs`
   */
  readonly metrics?: boolean;

  /**
   * Changes thresholds of the alarms on these metrics, and switches alarms off.
   *
   * Throws when it is given and the proxy publishes no metrics, or publishes them in another region.
   *
   * @default - all alarms, each with its default; none where there are no metrics in the region of the task
   */
  readonly alarms?: ProxySidecarAlarmsOptions;

  /**
   * The containers that start when the proxy is healthy, and are stopped before it is.
   *
   * @default - every essential container of the task, those that are added later too, but for a FireLens log router
   */
  readonly dependents?: ecs.ContainerDefinition[];
}

/** A proxy in a task of an application. */
export interface IProxySidecar {
  /** Its container. */
  readonly container: ecs.ContainerDefinition;

  /** What the application connects to: the cluster's port on 127.0.0.1. */
  readonly endpoint: Endpoint;

  /**
   * The metrics of the proxies of all tasks of this definition.
   *
   * @default - the proxies publish none
   */
  readonly metrics?: IProxySidecarMetrics;

  /** The alarms on them, in the stack of the task definition; none for metrics of another region. They have no actions. */
  readonly alarms: cloudwatch.Alarm[];

  /**
   * Adds actions to all of these alarms, such as a message to an SNS topic.
   *
   * @param actions what happens when one fires
   */
  addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void;

  /**
   * Lets the proxy reach the nodes. A task definition has no security group, so the nodes know it by what runs it. Synthesis
   * fails while a service that runs the task is not let in.
   *
   * @param client the service that runs the task, or the security group of what else does
   */
  allowFrom(client: ec2.IConnectable): void;
}

/** A proxy on a host of your own, as shell text: for user data of an EC2 instance, Kubernetes or anything else. */
export interface IProxyCommand {
  /**
   * The text that `sh -c` runs in a container of the routing's image, in the host's or the pod's network. It may hold tokens:
   * write it to a file or an object that is deployed with the stack.
   *
   * The environment variable `AVAILABILITY_ZONE` tells the name of the zone, such as `eu-west-1a`. Without it a proxy that
   * reads its own zone first says so in its log and reads from the first one.
   */
  readonly script: string;

  /** A shell command, run inside the container, that succeeds when the proxy answers. */
  readonly healthProbe: string;

  /** What the application connects to: the cluster's port on 127.0.0.1. */
  readonly endpoint: Endpoint;

  /**
   * Lets the proxy reach the nodes.
   *
   * @param client what it runs on, such as an Auto Scaling group, or a security group
   */
  allowFrom(client: ec2.IConnectable): void;
}
