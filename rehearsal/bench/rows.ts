/** A way from the client to the nodes. */
export const pathNames = [
  'direct',
  'relay',
  'replicated',
  'sharded',
  'twemproxy',
  'haproxy',
  'nginx',
  'sidecar',
  'tier',
] as const;

export type PathName = (typeof pathNames)[number];

/** What a client asks for. */
export interface Load {
  readonly valueBytes: number;
  /** The share of the operations that are sets. */
  readonly sets: number;
  /** How many keys a get names. */
  readonly keys: number;
  /** Gets that are sent twenty at once, each a request of its own. */
  readonly pipelined?: boolean;
  readonly connections: 1 | 50;
}

/** A saturating load, put on each of the paths by turns. */
export interface ThroughputRow {
  readonly kind: 'throughput';
  readonly name: string;
  readonly load: Load;
  readonly paths: readonly PathName[];
}

/** How long operations take: one after the other, or at a pace that does not depend on the answers. */
export interface LatencyRow {
  readonly kind: 'latency';
  readonly name: string;
  readonly connections: 1 | 50;
  readonly paths: readonly PathName[];
}

export type Row = ThroughputRow | LatencyRow;

/** As in Facebook's ETC pool, thirty gets for a set. https://doi.org/10.1145/2254756.2254766 */
const getHeavy = 1 / 31;
const writeHeavy = 1 / 2;

const proxies: readonly PathName[] = ['direct', 'relay', 'replicated', 'sharded', 'twemproxy', 'haproxy', 'nginx'];

const throughput = (name: string, load: Partial<Load>): ThroughputRow => ({
  kind: 'throughput',
  name,
  load: { valueBytes: 100, sets: getHeavy, keys: 1, connections: 50, ...load },
  paths: proxies,
});

/** Not the whole product of what can be varied: what the goals need, and each variation of the first row once. */
export const rows: readonly Row[] = [
  throughput('get-heavy', {}),
  throughput('multiget', { keys: 20 }),
  throughput('pipelined', { sets: 0, pipelined: true }),
  throughput('one-connection', { connections: 1 }),
  throughput('write-heavy', { sets: writeHeavy }),
  throughput('1-KB', { valueBytes: 1000 }),
  throughput('100-KB', { valueBytes: 100_000 }),
  { kind: 'latency', name: 'latency-alone', connections: 1, paths: pathNames },
  { kind: 'latency', name: 'latency-busy', connections: 50, paths: pathNames },
];
