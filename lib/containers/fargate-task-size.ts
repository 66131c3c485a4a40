import { inputError } from '../errors';
import { knownInteger } from '../validation';

/** The CPU and memory of a Fargate task. */
export interface FargateTaskSizeOptions {
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
  readonly memoryLimitMiB?: number;
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
  size: FargateTaskSizeOptions,
  defaults: { cpu: number; memoryPerCpu: number },
): Required<FargateTaskSizeOptions> {
  const advice = 'choose one of the sizes in the Amazon ECS documentation on Fargate task sizes';
  const cpu = knownInteger('cpu', size.cpu ?? defaults.cpu, { min: 256, max: 16384, advice });
  const memoryLimitMiB = knownInteger('memoryLimitMiB', size.memoryLimitMiB ?? cpu * defaults.memoryPerCpu, {
    min: 512,
    max: 122880,
    advice,
  });
  const allowed = allowedMemoryMiB(cpu);
  if (allowed.length === 0) {
    const cpus = [256, ...Object.keys(MEMORY_GIB)].join(', ');
    throw inputError({
      got: `cpu is ${cpu}`,
      expected: 'a size that Fargate offers',
      advice: `set cpu to one of ${cpus}`,
    });
  }
  if (!allowed.includes(memoryLimitMiB)) {
    throw inputError({
      got: `memoryLimitMiB is ${memoryLimitMiB}`,
      expected: `a size that Fargate offers with cpu ${cpu}`,
      advice: `set memoryLimitMiB to one of ${allowed.join(', ')}, or change cpu`,
    });
  }
  return { cpu, memoryLimitMiB };
}
