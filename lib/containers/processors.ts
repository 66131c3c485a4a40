import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { CacheContext } from '../context/cache-context';

/** Whether the cluster is built for x86 processors, and not for ARM. */
export function isX86({ cpuArchitecture }: CacheContext): boolean {
  return cpuArchitecture._cpuArchitecture === ecs.CpuArchitecture.X86_64._cpuArchitecture;
}
