import { containerScript, versionProbe } from './script';
import type { ContainerSpecification } from './specification';

/** Shell commands of containers: what a compute or a proxy of your own needs to host or to specify a process. */
export class ContainerCommands {
  /**
   * The text that `sh -c` runs in the container: it writes the files, starts the process, and makes its log JSON.
   *
   * @param specification the process
   * @param clusterName the name of its cluster, in its log
   */
  public static script(specification: ContainerSpecification, clusterName: string): string {
    return containerScript(specification, clusterName);
  }

  /**
   * A health probe for memcached, or for a proxy that speaks its text protocol: it asks for the version. The image has to
   * hold `sh`, `grep`, `nc` and `timeout`.
   *
   * @param port the port of the process
   */
  public static versionProbe(port: number): string {
    return versionProbe(port);
  }

  private constructor() {}
}
