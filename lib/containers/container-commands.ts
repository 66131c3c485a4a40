import { containerScript, versionProbe } from './script';
import type { ContainerSpecification } from './specification';

/** Shell commands for containers, for a compute of your own to host a process, or for a proxy of your own to specify one. */
export class ContainerCommands {
  /**
   * Returns the script to run with `sh -c` in the container. It writes the files, starts the process, and turns its log into
   * JSON.
   *
   * @param specification the process
   * @param clusterName the name of its cluster, for its log
   */
  public static script(specification: ContainerSpecification, clusterName: string): string {
    return containerScript(specification, clusterName);
  }

  /**
   * Returns a health probe for memcached, or for a proxy that speaks its text protocol. It asks for the version. The image has
   * to hold `sh`, `grep`, `nc` and `timeout`.
   *
   * @param port the port of the process
   */
  public static versionProbe(port: number): string {
    return versionProbe(port);
  }

  private constructor() {}
}
