import { Size } from 'aws-cdk-lib';
import { knownInteger, knownMebibytes } from '../validation';

/**
 * In MiB, what the process takes beside its items, its hash table and its connections: 6 for itself, and up to 40 for the first
 * page of each slab class, which memcached makes beyond its `-m`; the rest is for the shells around it.
 */
const PROCESS_MIB = 64;

/** In MiB, the system of a machine: Amazon Linux 2023, systemd and docker. */
const SYSTEM_MIB = 256;

/**
 * A connection whose request is half read holds a read buffer of 16 KiB, an idle one 0.5 KiB
 * (`npx jest test/nodes/connections.real.ts --selectProjects real -t memory` prints them).
 */
const CONNECTIONS_IN_MIB = 64;

/** Of the memory that a node has: half a MiB for each. */
const CONNECTIONS_FOR_MIB = 2;
const LEAST_DEFAULT_CONNECTIONS = 1024;
const MOST_DEFAULT_CONNECTIONS = 16384;

/** memcached's own default: it needs one page of 1 MiB for each slab class that is in use. */
const LEAST_CACHE_MIB = 64;

/** memcached does not start when an item may take more than half of its memory. */
export const leastCacheMiB = (itemKiB: number): number => Math.max(LEAST_CACHE_MIB, Math.ceil(itemKiB / 512));

/** The largest item of a node with so much memory. */
export const mostItemKiB = (memoryMiB: number): number =>
  Math.floor(memoryMiB - PROCESS_MIB - defaultConnections(memoryMiB) / CONNECTIONS_IN_MIB) * 512;

/** What a node is to have. */
interface WantedSize {
  /** The least memory for items. */
  readonly leastMiB: number;
  readonly leastConnections: number;
  readonly cacheMemory?: Size;
  readonly maxConnections?: number;
}

/** Memory for items and the limit of connections, as shell text, with the lines that find them out. */
interface MemcachedSize {
  readonly findings: string[];
  readonly memory: string;
  readonly connections: string;
}

/**
 * The size of a node that has so much memory to itself: full of the smallest items, whose hash table grows, and with every
 * connection in the middle of a request, it still fits. What a user sets may leave less for the hash table.
 */
export function sizeOf(memoryMiB: number, wanted: WantedSize): MemcachedSize {
  const connections = knownInteger('maxConnections', wanted.maxConnections ?? defaultConnections(memoryMiB), {
    min: wanted.leastConnections,
    max: (memoryMiB - PROCESS_MIB - wanted.leastMiB) * CONNECTIONS_IN_MIB,
    advice: `each takes 16 KiB of the ${memoryMiB} MiB; give the node more memory, or leave it out`,
  });
  const most = Math.floor(memoryMiB - PROCESS_MIB - connections / CONNECTIONS_IN_MIB);
  const memory = knownMebibytes(
    'cacheMemory',
    wanted.cacheMemory ?? Size.mebibytes(Math.max(Math.floor((most * 6) / 7), wanted.leastMiB)),
    {
      min: wanted.leastMiB,
      max: most,
      advice:
        `of ${memoryMiB} MiB, ${memoryMiB - most} are for the process and ${connections} connections, and maxItemSize may take half ` +
        'of the rest; give the node more memory, or set a lower maxConnections or maxItemSize',
    },
  );
  return { findings: [], memory: String(memory), connections: String(connections) };
}

/** The same of a machine whose memory is known when the process starts. */
export function sizeAtStart(othersMiB: number, wanted: WantedSize): MemcachedSize {
  const { maxConnections: connections, leastMiB, cacheMemory } = wanted;
  const memory =
    cacheMemory === undefined
      ? undefined
      : knownMebibytes('cacheMemory', cacheMemory, {
          min: leastMiB,
          advice: 'memcached needs 64 MiB, and maxItemSize may take half of it at most',
        });
  if (connections !== undefined && memory !== undefined) {
    return { findings: [], memory: String(memory), connections: String(connections) };
  }
  const program = [
    'm = $2 / 1024',
    ...(connections === undefined
      ? [
          `c = int(m * ${CONNECTIONS_FOR_MIB})`,
          `if (c < ${LEAST_DEFAULT_CONNECTIONS}) c = ${LEAST_DEFAULT_CONNECTIONS}`,
          `if (c > ${MOST_DEFAULT_CONNECTIONS}) c = ${MOST_DEFAULT_CONNECTIONS}`,
        ]
      : [`c = ${connections}`]),
    ...(memory === undefined
      ? [
          `n = int((m - ${PROCESS_MIB + SYSTEM_MIB + othersMiB} - c / ${CONNECTIONS_IN_MIB}) * 6 / 7)`,
          `if (n < ${leastMiB}) n = ${leastMiB}`,
        ]
      : [`n = ${memory}`]),
    'print n, c',
  ].join('; ');
  return {
    findings: [`set -- $(awk '/^MemTotal:/ { ${program} }' /proc/meminfo)`],
    memory: '$1',
    connections: '$2',
  };
}

function defaultConnections(memoryMiB: number): number {
  return Math.min(Math.max(memoryMiB * CONNECTIONS_FOR_MIB, LEAST_DEFAULT_CONNECTIONS), MOST_DEFAULT_CONNECTIONS);
}
