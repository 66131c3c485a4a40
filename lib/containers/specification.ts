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
 * A process to run in a container: what an engine (a memcached node, a proxy) hands to whatever hosts it.
 *
 * An engine knows no compute and a compute knows no engine: EC2, ECS and the rehearsal host this same value.
 */
export interface ContainerSpecification {
  /** The name of the process, in its log. */
  readonly process: string;

  /** What the process is to the cluster, in its log. */
  readonly role: CacheRole;

  /** The image, as ECS takes it. */
  readonly image: ecs.ContainerImage;

  /**
   * The user that the process runs as, `uid` or `uid:gid`.
   *
   * @default - the image's
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
   * How it is watched from within the container, which ends it within seconds when it hangs.
   *
   * @default - what hosts the container judges it by its health probe
   */
  readonly watchdog?: ContainerWatchdog;

  /**
   * Shell text that runs beside the process. What it writes goes into the log as it is, where the process's lines become messages.
   *
   * @default - none
   */
  readonly reporter?: string;

  /**
   * Kernel parameters of the container's network that differ from the kernel's own.
   *
   * @default - none
   */
  readonly systemControls?: ecs.SystemControl[];

  /**
   * A process beside it that exports its statistics to Prometheus.
   *
   * @default - none
   */
  readonly exporter?: ExporterSpecification;
}

/** How a process is watched from beside it, in its own container. */
export interface ContainerWatchdog {
  /** The port on which it answers memcached's `version`. */
  readonly port: number;

  /** Whether a process that stood still is ended too: it holds values that others may have changed meanwhile. */
  readonly fence: boolean;
}

/** A process that exports the statistics of another to Prometheus. The other does not depend on it. */
export interface ExporterSpecification extends ContainerSpecification {
  /** The image, as docker takes it. */
  readonly imageUri: string;

  /**
   * The memory limit in MiB. A process that needs more is ended and started again, so that it never takes memory from the
   * process that it exports.
   */
  readonly memoryLimitMiB: number;
}
