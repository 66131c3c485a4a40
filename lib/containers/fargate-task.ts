import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { FargateTaskSizeOptions } from './fargate-task-size';
import { containerScript } from './script';
import type { ContainerSpecification } from './specification';

/**
 * What every service sets, so that no flag or injector of the application does. A new task answers before the old one
 * leaves: no name vanishes from DNS, no target from the load balancer.
 */
export const SERVICE_PROPERTIES = {
  assignPublicIp: false,
  platformVersion: ecs.FargatePlatformVersion.LATEST,
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  deploymentController: { type: ecs.DeploymentControllerType.ECS },
  circuitBreaker: { enable: true, rollback: true },
  propagateTags: ecs.PropagatedTagSource.SERVICE,
  enableECSManagedTags: false,
  enableExecuteCommand: false,
};

/** The name of the one container in each task. */
export const CONTAINER_NAME = 'memcached';

/**
 * A process that ends after having run for so long starts again in its task, at its address; one that ends sooner ends the
 * task, so that a deployment of something that does not start fails. The least that ECS takes (its API reference,
 * ContainerRestartPolicy).
 */
export const LASTING = Duration.seconds(60);

/** How often ECS looks at a container, and when it gives it up. */
export const HEALTH_CHECK = {
  interval: Duration.seconds(5),
  timeout: Duration.seconds(4),
  retries: 3,
  startPeriod: Duration.seconds(10),
};

/**
 * What Fargate gives a container by itself (Amazon ECS API reference, Ulimit). On an instance it is whatever docker there is set
 * to, and a process that may not open a file for each connection that it is to take does not start.
 */
export const OPEN_FILES: ecs.Ulimit = { name: ecs.UlimitName.NOFILE, softLimit: 65_535, hardLimit: 65_535 };

/** What the cluster provides to a task. */
interface TaskHost {
  readonly clusterName: string;
  readonly cpuArchitecture: ecs.CpuArchitecture;
  readonly logGroup: logs.ILogGroup;
}

/** Properties of `ProcessTaskDefinition`. */
interface ProcessTaskDefinitionProps {
  readonly context: TaskHost;
  readonly specification: ContainerSpecification;
  readonly size: Required<FargateTaskSizeOptions>;

  /**
   * The CPU units that the process is sure of where another container of the task is busy.
   *
   * @default - all containers have the same share
   */
  readonly processCpu?: number;
}

/** A Fargate task definition that hosts the specified process, and its exporter when it has one. */
export class ProcessTaskDefinition extends ecs.FargateTaskDefinition {
  constructor(scope: Construct, id: string, { context, specification, size, processCpu }: ProcessTaskDefinitionProps) {
    super(scope, id, {
      cpu: size.cpu,
      memoryLimitMiB: size.memoryLimitMiB,
      runtimePlatform: {
        cpuArchitecture: context.cpuArchitecture,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    const logging = ecs.LogDrivers.awsLogs({
      logGroup: context.logGroup,
      streamPrefix: scope.node.id.toLowerCase(),
      // A log that cannot be delivered is lost, and stops no process.
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
    });
    this.addContainer('Container', {
      containerName: CONTAINER_NAME,
      image: specification.image,
      user: specification.user,
      cpu: processCpu,
      systemControls: specification.systemControls,
      ulimits: [OPEN_FILES],
      essential: true,
      enableRestartPolicy: true,
      restartAttemptPeriod: LASTING,
      entryPoint: ['sh', '-c'],
      command: [containerScript(specification, context.clusterName)],
      portMappings: [{ containerPort: specification.port, protocol: ecs.Protocol.TCP }],
      healthCheck: { command: ['CMD-SHELL', specification.healthProbe], ...HEALTH_CHECK },
      logging,
      // ECS asks it to stop when the load balancer's delay is over and the last connection is gone: it has nothing to finish.
      stopTimeout: Duration.seconds(10),
    });
    const { exporter } = specification;
    if (exporter) {
      this.addContainer('Exporter', {
        containerName: 'exporter',
        image: exporter.image,
        essential: false,
        enableRestartPolicy: true,
        memoryLimitMiB: exporter.memoryLimitMiB,
        entryPoint: ['sh', '-c'],
        command: [containerScript(exporter, context.clusterName)],
        portMappings: [{ containerPort: exporter.port, protocol: ecs.Protocol.TCP }],
        logging,
      });
    }
  }
}
