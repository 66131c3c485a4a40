import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { containerScript } from './script';
import type { ContainerSpecification } from './specification';
import { knownInteger } from '../validation';

/** The CPU and memory of a Fargate task. */
export interface FargateTaskSize {
  /**
   * CPU units, 1024 for a vCPU.
   *
   * @default - 256 for a proxy, 512 for a node
   */
  readonly cpu?: number;

  /**
   * Memory of the task in MiB.
   *
   * @default - twice the CPU units for a proxy, four times for a node
   */
  readonly memoryMiB?: number;
}

/** Memory that each CPU size of Fargate allows, in GiB: from, to, step. The smallest size is listed apart. */
const MEMORY_GIB: Record<number, [from: number, to: number, step: number]> = {
  512: [1, 4, 1],
  1024: [2, 8, 1],
  2048: [4, 16, 1],
  4096: [8, 30, 1],
  8192: [16, 60, 4],
  16384: [32, 120, 8],
};

function allowedMemoryMiB(cpu: number): number[] {
  if (cpu === 256) return [512, 1024, 2048];
  const [from, to, step] = MEMORY_GIB[cpu] ?? [1, 0, 1];
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => (from + i * step) * 1024);
}

/** Completes a task size; fails when Fargate does not offer it. */
export function fargateTaskSize(
  size: FargateTaskSize,
  defaults: { cpu: number; memoryPerCpu: number },
): Required<FargateTaskSize> {
  const advice = 'choose one of the sizes in the Amazon ECS documentation on Fargate task sizes';
  const cpu = knownInteger('cpu', size.cpu ?? defaults.cpu, { min: 256, max: 16384, advice });
  const memoryMiB = knownInteger('memoryMiB', size.memoryMiB ?? cpu * defaults.memoryPerCpu, {
    min: 512,
    max: 122880,
    advice,
  });
  const allowed = allowedMemoryMiB(cpu);
  if (allowed.length === 0) {
    const cpus = [256, ...Object.keys(MEMORY_GIB)].join(', ');
    throw new Error(`cpu is ${cpu}, expected a size that Fargate offers: set cpu to one of ${cpus}`);
  }
  if (!allowed.includes(memoryMiB)) {
    throw new Error(
      `memoryMiB is ${memoryMiB}, expected a size that Fargate offers with cpu ${cpu}: ` +
        `set memoryMiB to one of ${allowed.join(', ')}, or change cpu`,
    );
  }
  return { cpu, memoryMiB };
}

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

/** A Fargate task definition that hosts the specified process. */
export function fargateTask(
  scope: Construct,
  id: string,
  context: CacheContext,
  specification: ContainerSpecification,
  size: Required<FargateTaskSize>,
): ecs.FargateTaskDefinition {
  const task = new ecs.FargateTaskDefinition(scope, id, {
    cpu: size.cpu,
    memoryLimitMiB: size.memoryMiB,
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
  task.addContainer('Container', {
    containerName: CONTAINER_NAME,
    image: specification.image,
    user: specification.user,
    essential: true,
    entryPoint: ['sh', '-c'],
    command: [containerScript(specification, context)],
    portMappings: [{ containerPort: specification.port, protocol: ecs.Protocol.TCP }],
    healthCheck: {
      command: ['CMD-SHELL', specification.healthProbe],
      interval: Duration.seconds(5),
      timeout: Duration.seconds(4),
      retries: 3,
      startPeriod: Duration.seconds(10),
    },
    logging,
    stopTimeout: Duration.seconds(10),
  });
  const { exporter } = specification;
  if (exporter) {
    task.addContainer('Exporter', {
      containerName: 'exporter',
      image: exporter.image,
      essential: false,
      enableRestartPolicy: true,
      memoryLimitMiB: exporter.memoryMiB,
      entryPoint: ['sh', '-c'],
      command: [containerScript(exporter, context)],
      portMappings: [{ containerPort: exporter.port, protocol: ecs.Protocol.TCP }],
      logging,
    });
  }
  return task;
}
