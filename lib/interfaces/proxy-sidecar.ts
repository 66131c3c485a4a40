import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { IProxySidecarMetrics } from '../metrics/sidecar-metrics';
import type { Endpoint } from '../network/endpoint';
import type { CacheAlarmOptions } from './alarm-options';

/** The CPU and memory of a proxy beside an application. */
export interface ProxySize {
  /**
   * CPU units, 1024 for a vCPU. In an ECS task they are reserved for the proxy.
   *
   * @default - none are reserved in a task; the proxy is configured as for 256
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
   * `ClientErrors`: a proxy answers its application's requests with errors. Threshold: the share of errors among a minute's
   * sampled requests, from 0 to 1. One request in 17 is sampled, and fewer than 50 sampled requests count as 50. So by default
   * it takes three sampled errors, which means some 50 errors a minute, and a proxy with less than one request a second does
   * not fire it.
   *
   * @default - 0.05 in 3 of 5 minutes: a lost node causes no errors
   */
  readonly clientErrors?: CacheAlarmOptions;

  /**
   * `DebtsStayOwed`: a proxy failed to write keys to a node and has not yet deleted the old values there, although every node
   * answers the probe. Threshold: the number of such keys that a proxy owes, above which the alarm fires.
   *
   * @default - above 0 for 5 minutes, because proxies delete these keys within seconds of a node's return; no alarm if the
   * cluster has no probe, or is in another account or region than the task
   */
  readonly debtsStayOwed?: CacheAlarmOptions;

  /**
   * `ConnectionsNearLimit`: a proxy is close to its connection limit. Threshold: the share of the limit that is in use, from 0
   * to 1.
   *
   * @default - 0.8 for 5 minutes
   */
  readonly connectionsNearLimit?: CacheAlarmOptions;

  /**
   * `ConnectionsRejected`: a proxy reached its connection limit and refused other connections. Threshold: refused connections a
   * second, above which the alarm fires.
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
   * Whether each proxy publishes its figures as metrics once a minute. The proxy writes them to its log as a line, and
   * CloudWatch Logs makes metrics from it, so the log group's class has to be `STANDARD`. CloudWatch charges for these metrics,
   * 15 for each application. They are in the region of the log group; if the task is in another region, there are no alarms on
   * them.
   *
   * Set it to false for a log driver with `multilinePattern` or `datetimeFormat`: such a driver merges lines, and CloudWatch
   * Logs makes no metrics from merged lines.
   *
   * Only memcached's proxy can publish metrics. Throws if this is true for another proxy.
   *
   * @default - true for memcached's proxy with the log driver `awslogs`, otherwise false
   */
  readonly metrics?: boolean;

  /**
   * Tunes the alarms on these metrics, or switches them off.
   *
   * Throws if you give it for a proxy that publishes no metrics, or publishes them in another region.
   *
   * @default - all alarms, each with its default; none if there are no metrics in the region of the task
   */
  readonly alarms?: ProxySidecarAlarmsOptions;

  /**
   * The containers that start only when the proxy is healthy, and are stopped before the proxy.
   *
   * @default - every essential container of the task except a FireLens log router, including those that are added later
   */
  readonly dependents?: ecs.ContainerDefinition[];
}

/** A proxy in an application's task. */
export interface IProxySidecar {
  /** The proxy's container. */
  readonly container: ecs.ContainerDefinition;

  /** Where the application connects: the cluster's port on 127.0.0.1. */
  readonly endpoint: Endpoint;

  /**
   * The metrics of the proxies in all tasks of this task definition.
   *
   * @default - the proxies publish none
   */
  readonly metrics?: IProxySidecarMetrics;

  /**
   * The alarms on these metrics, in the stack of the task definition. They have no actions. If the metrics are in another
   * region, there are no alarms.
   */
  readonly alarms: cloudwatch.Alarm[];

  /**
   * Adds actions to all of these alarms, such as a message to an SNS topic.
   *
   * @param actions what to do when an alarm fires
   */
  addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void;

  /**
   * Lets the proxy reach the nodes. A task definition has no security group, so the nodes let in the security group of whatever
   * runs the task. Synthesis fails if a service that runs the task is not let in.
   *
   * @param client the service that runs the task, or the security group of whatever else runs it
   */
  allowFrom(client: ec2.IConnectable): void;
}

/**
 * A shell script that runs a proxy on a host of your own: for the user data of an EC2 instance, for Kubernetes or anything
 * else.
 */
export interface IProxyCommand {
  /**
   * The script to run with `sh -c` in a container of the routing's image, in the host's or the pod's network. It may hold
   * unresolved tokens, so write it to a file or an object that is deployed with the stack.
   *
   * Set the environment variable `AVAILABILITY_ZONE` to the name of the zone, such as `eu-west-1a`. Without it, a proxy that
   * reads from its own zone first logs that it does not know its zone, and reads from the cluster's first zone.
   */
  readonly script: string;

  /** A shell command, run inside the container, that succeeds when the proxy answers. */
  readonly healthProbe: string;

  /** Where the application connects: the cluster's port on 127.0.0.1. */
  readonly endpoint: Endpoint;

  /**
   * Lets the proxy reach the nodes.
   *
   * @param client whatever the proxy runs on, such as an Auto Scaling group, or a security group
   */
  allowFrom(client: ec2.IConnectable): void;
}
