import { Size } from 'aws-cdk-lib';
import { BACKLOG } from '../containers/machine';
import { CacheRole } from '../contract/roles';
import type { CacheContext } from '../context/cache-context';
import { versionProbe } from '../containers/script';
import type { ContainerSpecification } from '../containers/specification';
import { memcachedExporter } from '../containers/exporter';
import { inputError } from '../errors';
import { knownInteger, knownKibibytes, whereGiven } from '../validation';
import { leastCacheMiB, mostItemKiB, sizeAtStart, sizeOf } from './memcached-size';

/** Options of the memcached process on a node. */
export interface MemcachedProcessOptions {
  /**
   * The memory for items: memcached's `-m`, in whole MiB. The process needs more memory than that, for its connections and its
   * hash table.
   *
   * @default - six sevenths of the memory of the machine or task that is left after 64 MiB for the process, 16 KiB for each of
   * `maxConnections` and, on a machine, 256 MiB for its system. The last seventh is for the hash table, which takes a sixth of
   * the items' memory when all items are as small as they can be
   */
  readonly cacheMemory?: Size;

  /**
   * The most simultaneous connections: memcached's `-c`. A node refuses further ones.
   *
   * An idle connection takes 0.5 KiB, and one whose request is half read takes 16 KiB. Of the number that you set, memcached
   * keeps 8 for itself and 5 for each of its threads, and one more from 256 on.
   *
   * @default - two for each MiB of the machine's or the task's memory, from 1024 to 16384
   */
  readonly maxConnections?: number;

  /**
   * The number of threads that serve requests: memcached's `-t`.
   *
   * @default - one for each vCPU of the task, or for each processor that the machine has when the process starts, up to 64
   */
  readonly threads?: number;

  /**
   * The largest item: memcached's `-I`. A multiple of 512 KiB, up to 1024 MiB.
   *
   * @default Size.mebibytes(1)
   */
  readonly maxItemSize?: Size;
}

/** memcached 1.6.45 ends at start when its largest item is no multiple of half a page (`slab_chunk_max`). */
const ITEM_STEP_KIB = 512;

const MOST_ITEM_KIB = 1024 * 1024;

/** Files that memcached 1.6.45 counts among its connections: without as many it does not start. */
const OWN_FILES = 8;
const OWN_FILES_OF_A_THREAD = 5;

/** For the proxies' threads, health checks, the watchdog, the probe and an exporter. */
const LEAST_CONNECTIONS = 32;

/** A host has 65,536 files for the process, and Fargate one less. */
const MOST_CONNECTIONS = 60_000;

/** memcached advises against more. */
const MOST_THREADS = 64;

/** What the process is launched on, where that is known at synthesis. */
export interface MemcachedHost {
  /** The memory that it has to itself. */
  readonly memoryMiB: number;
  readonly threads: number;
}

/** How the process is launched, as shell text. */
export interface MemcachedLaunch {
  /** Lines that find out what is not known at synthesis. */
  readonly findings: string[];
  readonly options: string;
}

/**
 * Checks the options. What neither they nor the host say, the process finds out of its machine when it starts.
 *
 * @param options those of the user
 * @param host what it is launched on
 * @param othersMiB memory of the machine that others take, where the host is not known
 */
export function memcachedLaunch(
  options: MemcachedProcessOptions,
  host?: MemcachedHost,
  othersMiB = 0,
): MemcachedLaunch {
  const given = whereGiven(options.threads, (threads) =>
    knownInteger('threads', threads, { min: 1, max: 128, advice: 'leave it out for the default' }),
  );
  const threads = given ?? host?.threads;
  const itemKiB = knownItem(options.maxItemSize, host);
  const own = OWN_FILES + OWN_FILES_OF_A_THREAD * (threads ?? MOST_THREADS);
  const leastConnections = own + LEAST_CONNECTIONS;
  const wanted = {
    leastConnections,
    leastMiB: leastCacheMiB(itemKiB),
    cacheMemory: options.cacheMemory ?? undefined,
    maxConnections: whereGiven(options.maxConnections, (connections) =>
      knownInteger('maxConnections', connections, {
        min: leastConnections,
        max: MOST_CONNECTIONS,
        advice:
          `memcached keeps ${own} to itself with ${threads === undefined ? `up to ${MOST_THREADS} threads` : `threads: ${threads}`}, ` +
          'and does not start with fewer; leave it out for the default',
      }),
    ),
  };
  const { findings, memory, connections } = host ? sizeOf(host.memoryMiB, wanted) : sizeAtStart(othersMiB, wanted);
  return {
    findings: [
      ...findings,
      ...(threads === undefined
        ? [`threads=$(awk '/^processor/ && n < ${MOST_THREADS} { n++ } END { print n }' /proc/cpuinfo)`]
        : []),
    ],
    options: `-m ${memory} -c ${connections} -t ${threads ?? '$threads'} -b ${BACKLOG} -I ${itemKiB}k`,
  };
}

function knownItem(maxItemSize?: Size, host?: MemcachedHost): number {
  const itemKiB = knownKibibytes('maxItemSize', maxItemSize ?? Size.mebibytes(1), {
    min: ITEM_STEP_KIB,
    max: Math.min(MOST_ITEM_KIB, host ? mostItemKiB(host.memoryMiB) : MOST_ITEM_KIB),
    advice: 'an item may take half of the memory for items; leave it out for 1 MiB, or give the node more memory',
  });
  if (itemKiB % ITEM_STEP_KIB !== 0) {
    throw inputError({
      got: `maxItemSize is ${itemKiB} KiB`,
      expected: `a multiple of ${ITEM_STEP_KIB} KiB`,
      advice: `memcached does not start with another; choose ${Math.ceil(itemKiB / ITEM_STEP_KIB) * ITEM_STEP_KIB} KiB`,
    });
  }
  return itemKiB;
}

/** The process of a node. */
export function memcachedNode(context: CacheContext, launch: MemcachedLaunch): ContainerSpecification {
  return {
    process: 'memcached',
    role: CacheRole.NODE,
    image: context.image.toContainerImage(),
    command: [...launch.findings, `exec memcached -p ${context.port} ${launch.options}`].join('\n'),
    port: context.port,
    healthProbe: versionProbe(context.port),
    watchdog: { port: context.port, fence: true },
    exporter: memcachedExporter(context, CacheRole.NODE),
  };
}
