import * as ecs from 'aws-cdk-lib/aws-ecs';

/** Whether a cluster is built for x86 processors and not for ARM. */
export function isX86({ cpuArchitecture }: { readonly cpuArchitecture: ecs.CpuArchitecture }): boolean {
  return cpuArchitecture._cpuArchitecture === ecs.CpuArchitecture.X86_64._cpuArchitecture;
}
