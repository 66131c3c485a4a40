import { Size } from 'aws-cdk-lib';
import { CacheRole } from '../contract/roles';
import type { CacheContext } from '../context/cache-context';
import { versionProbe } from '../containers/script';
import type { ContainerSpecification } from '../containers/specification';
import { memcachedExporter } from '../containers/exporter';
import { inputError } from '../errors';
import { knownInteger, knownKibibytes, knownMebibytes } from '../validation';

/** Options of the memcached process on a node. */
export interface MemcachedProcessOptions {
  /**
   * Memory for items: memcached's `-m`, in whole MiB. The process needs more, for its hash table and connection buffers.
   *
   * @default - 80 % of the machine's or the task's memory, and at least 512 MiB less than a machine's and 128 MiB less
   * than a task's
   */
  readonly cacheMemory?: Size;

  /**
   * Simultaneous connections: memcached's `-c`. A node refuses further ones.
   *
   * It keeps 8 and 5 for each of its threads to itself, 28 by default, and one more from 256 on: so it takes 4067.
   *
   * @default 4096
   */
  readonly maxConnections?: number;

  /**
   * Threads that serve requests: memcached's `-t`.
   *
   * @default 4
   */
  readonly threads?: number;

  /**
   * The largest item: memcached's `-I`. A multiple of 512 KiB, up to 1024 MiB.
   *
   * @default Size.mebibytes(1)
   */
  readonly maxItemSize?: Size;
}

/** The memory that the process needs beside its items, at the least. */
const OVERHEAD_MIB = 128;

/** memcached 1.6.45 ends at start when its largest item is no multiple of half a page (`slab_chunk_max`). */
const ITEM_STEP_KIB = 512;

/** Files that memcached 1.6.45 counts among its connections: without as many it does not start. */
const OWN_FILES = 8;
const OWN_FILES_OF_A_THREAD = 5;

/** For the proxies' threads, health checks, the watchdog, the probe and an exporter. */
const LEAST_CONNECTIONS = 32;

/** memcached's own default: it needs one page of 1 MiB for each slab class that is in use. */
const LEAST_CACHE_MIB = 64;

/** The items' memory for a host with that much memory. */
export function cacheMemoryFor(hostMemoryMiB: number, requested?: Size): Size {
  const most = hostMemoryMiB - OVERHEAD_MIB;
  const chosen = requested ?? Size.mebibytes(Math.min(Math.floor(hostMemoryMiB * 0.8), most));
  return Size.mebibytes(
    knownMebibytes('cacheMemory', chosen, {
      min: LEAST_CACHE_MIB,
      max: most,
      advice: `of ${hostMemoryMiB} MiB, ${OVERHEAD_MIB} are for connections and the hash table; give the node more memory`,
    }),
  );
}

/** How the process is launched, as shell text. */
export interface MemcachedLaunch {
  /** Sets `$memory`. */
  readonly memory: string;
  readonly options: string;
}

/** Checks the options. Without `cacheMemory` the process sizes itself by its machine when it starts. */
export function memcachedLaunch(options: MemcachedProcessOptions): MemcachedLaunch {
  const advice = 'leave it out for the default';
  const threads = knownInteger('threads', options.threads ?? 4, { min: 1, max: 128, advice });
  const own = OWN_FILES + OWN_FILES_OF_A_THREAD * threads;
  const connections = knownInteger('maxConnections', options.maxConnections ?? 4096, {
    min: own + LEAST_CONNECTIONS,
    max: 60000,
    advice: `memcached keeps ${own} to itself with threads: ${threads}, and does not start with fewer; leave it out for 4096`,
  });
  const itemKiB = knownKibibytes('maxItemSize', options.maxItemSize ?? Size.mebibytes(1), {
    min: ITEM_STEP_KIB,
    max: 1024 * 1024,
    advice,
  });
  if (itemKiB % ITEM_STEP_KIB !== 0) {
    throw inputError({
      got: `maxItemSize is ${itemKiB} KiB`,
      expected: `a multiple of ${ITEM_STEP_KIB} KiB`,
      advice: `memcached does not start with another; choose ${Math.ceil(itemKiB / ITEM_STEP_KIB) * ITEM_STEP_KIB} KiB`,
    });
  }
  // memcached does not start when an item may take more than half of its memory.
  const least = Math.max(LEAST_CACHE_MIB, Math.ceil(itemKiB / 512));
  const memory = options.cacheMemory;
  return {
    memory:
      memory === undefined
        ? `memory=$(awk '/^MemTotal:/ { m = $2 / 1024; n = m * 0.8; if (m - n < 512) n = m - 512; if (n < ${least}) n = ${least}; print int(n) }' /proc/meminfo)`
        : `memory=${knownMebibytes('cacheMemory', memory, {
            min: least,
            advice: `${LEAST_CACHE_MIB} is memcached's least, and maxItemSize (${itemKiB} KiB) may take half of it at most`,
          })}`,
    options: `-c ${connections} -t ${threads} -I ${itemKiB}k`,
  };
}

/** The process of a node. */
export function memcachedNode(context: CacheContext, launch: MemcachedLaunch): ContainerSpecification {
  return {
    process: 'memcached',
    role: CacheRole.NODE,
    image: context.image.toContainerImage(),
    command: `${launch.memory}\nexec memcached -m $memory -p ${context.port} ${launch.options}`,
    port: context.port,
    healthProbe: versionProbe(context.port),
    watchdog: { port: context.port, fence: true },
    exporter: memcachedExporter(context, CacheRole.NODE),
  };
}
