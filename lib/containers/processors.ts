import * as ecs from 'aws-cdk-lib/aws-ecs';
import { having, knownMember } from '../validation';

/** Fails unless Fargate has them. */
export function knownArchitecture(architecture: ecs.CpuArchitecture): ecs.CpuArchitecture {
  having('cpuArchitecture', architecture, '_cpuArchitecture', 'an ecs.CpuArchitecture');
  const { ARM64, X86_64 } = ecs.CpuArchitecture;
  const known = { arm: ARM64._cpuArchitecture, x86: X86_64._cpuArchitecture };
  knownMember('cpuArchitecture', architecture._cpuArchitecture, known);
  return architecture;
}

/** Whether a cluster is built for x86 processors and not for ARM. */
export function isX86({ cpuArchitecture }: { readonly cpuArchitecture: ecs.CpuArchitecture }): boolean {
  return cpuArchitecture._cpuArchitecture === ecs.CpuArchitecture.X86_64._cpuArchitecture;
}
