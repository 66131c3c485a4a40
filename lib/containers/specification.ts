import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { CacheRole } from '../contract/roles';

/** A file that a container writes before its process starts. */
export interface ContainerFile {
  /** The absolute path, in a folder that the image's user may write to. */
  readonly path: string;

  /** The text. It may hold unresolved tokens. */
  readonly content: string;
}

/**
 * A process to run in a container. An engine (a memcached node, a proxy) hands it to whatever hosts the process.
 *
 * An engine knows nothing of the compute, and a compute knows nothing of the engine: EC2, ECS and the rehearsal all host this
 * same value.
 */
export interface ContainerSpecification {
  /** The name of the process, for its log. */
  readonly process: string;

  /** The role of the process in the cluster, for its log. */
  readonly role: CacheRole;

  /** The image, as ECS takes it. */
  readonly image: ecs.ContainerImage;

  /**
   * The user that the process runs as, `uid` or `uid:gid`.
   *
   * @default - the image's user
   */
  readonly user?: string;

  /** The shell command that becomes the process. It ends in `exec`, so that the process receives the signals. */
  readonly command: string;

  /**
   * Files that are written before the command runs.
   *
   * @default - none
   */
  readonly files?: ContainerFile[];

  /** The TCP port that the process listens on. */
  readonly port: number;

  /**
   * Further TCP ports that the process listens on, for its statistics or its health.
   *
   * @default - none
   */
  readonly ownPorts?: number[];

  /** A shell command, run inside the container, that succeeds when the process answers. */
  readonly healthProbe: string;

  /**
   * How a watchdog watches the process from within the container. It ends the process within seconds when it hangs.
   *
   * @default - none: whatever hosts the container judges the process by its health probe
   */
  readonly watchdog?: ContainerWatchdog;

  /**
   * A shell script that runs beside the process. What it writes goes into the log unchanged, whereas the lines of the process
   * become messages.
   *
   * @default - none
   */
  readonly reporter?: string;

  /**
   * Kernel parameters of the container's network that differ from the kernel's defaults.
   *
   * @default - none
   */
  readonly systemControls?: ecs.SystemControl[];

  /**
   * A process beside this one that exports its statistics to Prometheus.
   *
   * @default - none
   */
  readonly exporter?: ExporterSpecification;
}

/** How a watchdog in the container of a process watches the process. */
export interface ContainerWatchdog {
  /** The port on which the process answers memcached's `version`. */
  readonly port: number;

  /**
   * Whether the watchdog also ends a process that stood still for a while, because others may have changed the values that it
   * holds.
   */
  readonly fence: boolean;
}

/** A process that exports the statistics of another process to Prometheus. The other process does not depend on it. */
export interface ExporterSpecification extends ContainerSpecification {
  /** The image, as docker takes it. */
  readonly imageUri: string;

  /**
   * The memory limit in MiB. An exporter that needs more is ended and started again, so that it never takes memory from the
   * other process.
   */
  readonly memoryLimitMiB: number;
}
