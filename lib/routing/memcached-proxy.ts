import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { versionProbe } from '../containers/script';
import type { CacheContext } from '../context/cache-context';
import { CacheRole } from '../contract/roles';
import type { MemcachedNode } from '../nodes/node';
import { memcachedExporter } from '../containers/exporter';
import { CacheTopologyKind } from '../contract/topology-kind';
import { knownMember, knownSeconds } from '../validation';
import { localZone } from './local-zone';
import { libraryText } from './proxy-library';
import { ProxyRouting, type ProxySpecification } from './proxy-routing';
import { completeProxyTier, type ProxyTierOptions } from './proxy-tier';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';
import { ReadRouting } from '../metrics/read-routing';

/** Which zones must have stored a write to a replicated cluster for it to succeed. */
export enum WriteAcknowledgement {
  /**
   * Any zone. While nodes are lost, writes succeed as long as one zone is left. The answer still comes when every node that
   * is not known to be lost has answered or failed, so that whoever reads another copy then finds what was written.
   */
  ANY_ZONE = 'any zone',

  /**
   * Every zone. While a node is lost, writes of its keys are answered with SERVER_ERROR, though the other zones have stored
   * them.
   */
  ALL_ZONES = 'all zones',
}

/** Options of `Routing.memcachedProxy`. */
export interface MemcachedProxyOptions extends ProxyTierOptions {
  /**
   * Which zones must have stored a write to a replicated cluster for it to succeed. In a sharded one a key has one node,
   * and a write succeeds when that has stored it, or the gutter in its place.
   *
   * @default WriteAcknowledgement.ANY_ZONE
   */
  readonly writeAcknowledgement?: WriteAcknowledgement;
}

/** memcached's built-in proxy, configured through its route library. */
export class MemcachedProxyRouting extends ProxyRouting {
  private readonly choices: MemcachedProxyChoices;

  constructor({ writeAcknowledgement, ...tier }: MemcachedProxyOptions = {}) {
    super(tier);
    this.choices = {
      // More threads than processors only take turns.
      threads: Math.max(1, Math.floor(completeProxyTier(tier).cpu / 1024)),
      acknowledgement: knownMember(
        'writeAcknowledgement',
        writeAcknowledgement ?? WriteAcknowledgement.ANY_ZONE,
        WriteAcknowledgement,
      ),
    };
  }

  protected specify(_scope: Construct, context: CacheContext, nodes: MemcachedNode[]): ProxySpecification {
    return memcachedProxy(context, nodes, this.choices);
  }
}

/** What is chosen of a proxy. */
export interface MemcachedProxyChoices {
  /** The number of worker threads. */
  readonly threads: number;

  /** Which zones must have stored a write to a replicated cluster. */
  readonly acknowledgement: WriteAcknowledgement;
}

const CONFIG_PATH = '/tmp/routes.lua';
const LIBRARY_PATH = '/tmp/library.lua';
const CLOCK_PATH = '/tmp/clock.sh';

/** Where a proxy is told the time, on loopback. */
const CLOCK_PORT = 11209;

/** The keys that a worker thread owes a node, at the most; a node that is owed more is emptied. */
const MOST_DEBTS = 10_000;

/** The process of a proxy before these nodes. */
export function memcachedProxy(
  context: CacheContext,
  nodes: MemcachedNode[],
  { threads, acknowledgement }: MemcachedProxyChoices,
): ProxySpecification {
  const replicated = context.topology.kind === CacheTopologyKind.REPLICATED;
  const exporter = memcachedExporter(context, CacheRole.PROXY);
  return {
    process: 'memcached',
    role: CacheRole.PROXY,
    image: context.image.toContainerImage(),
    files: [
      {
        path: LIBRARY_PATH,
        content:
          limits(context) +
          libraryText(
            'hash.lua',
            'nodes.lua',
            'gutter.lua',
            'warm-up.lua',
            'reads.lua',
            'ids.lua',
            'writes.lua',
            'journal.lua',
            'clock.lua',
          ),
      },
      {
        path: CONFIG_PATH,
        content: [
          settings(context),
          ...nodeLists(context, nodes),
          replicated
            ? `local every = ${acknowledgement === WriteAcknowledgement.ALL_ZONES}`
            : `local ttl = ${context.topology.gutterTtl!.toSeconds()}`,
          libraryText(replicated ? 'replicated.lua' : 'sharded.lua', 'clock-route.lua'),
        ].join('\n'),
      },
      { path: CLOCK_PATH, content: libraryText('clock.sh') },
    ],
    command: [
      ...(replicated ? localZone(context, 'MCZONE') : []),
      // One for each worker thread: a thread that has one sends the others on.
      ...Array.from({ length: threads }, () => `sh ${CLOCK_PATH} ${CLOCK_PORT} &`),
      `exec memcached -l '*,tag_clock_:127.0.0.1:${CLOCK_PORT}' -p ${context.port} -t ${threads} -c 16384 ` +
        `-o proxy_config=routelib:${LIBRARY_PATH},proxy_arg=${CONFIG_PATH}`,
    ].join('\n'),
    port: context.port,
    ownPorts: [CLOCK_PORT],
    statistics: { engine: ProxyStatisticsEngine.MEMCACHED, port: context.port },
    reads: replicated ? ReadRouting.ZONES : ReadRouting.KEY,
    healthProbe: versionProbe(context.port),
    exporter,
    metricsPort: exporter?.port,
  };
}

/** How long the proxy leaves a node alone: whole seconds, as it counts them itself. */
function retrySeconds({ timeouts }: CacheContext): number {
  return knownSeconds('timeouts.retry', timeouts.retry ?? Duration.seconds(1), {
    min: 1,
    max: 600,
    advice: "memcached's proxy counts in whole seconds; choose another number of them, or leave it out for 1 second",
  });
}

function settings(context: CacheContext): string {
  const [connect, read] = [context.timeouts.connect, context.timeouts.request].map(
    (each) => each.toMilliseconds() / 1000,
  );
  return `settings {
backend_connect_timeout = ${connect}, backend_read_timeout = ${read}, backend_retry_waittime = ${retrySeconds(context)},
backend_failure_limit = 2, tcp_keepalive = true,
}`;
}

/**
 * - QUARANTINE: in milliseconds how long a node that returned is not read from. The other proxies find it `retry` and two
 *   time-outs later at the worst, and pay twice.
 * - SLOW: in microseconds the answer that took so long that it was waited for in vain. A connection that broke may take
 *   longer to be noticed than a very short time to connect.
 * - LIMIT: the most debts.
 * - SETTLED: in milliseconds how long after a warm-up no other proxy's write of the key is on its way any more without
 *   having reached every copy, or being known here as a debt: two time-outs, a tick, and twice the time between two
 *   questions for journals.
 * - PATIENCE: in milliseconds the longest tick, of fourteen requests that all run out of time and some seconds.
 */
function limits(context: CacheContext): string {
  const { connect, request } = context.timeouts;
  const timeout = connect.toMilliseconds() + request.toMilliseconds();
  const quarantine = retrySeconds(context) * 1000 + 3000 + 2 * timeout;
  const slow = Math.min(Math.max(connect.toMilliseconds(), 100), request.toMilliseconds()) * 800;
  return (
    `local QUARANTINE, SLOW, LIMIT = ${quarantine}, ${slow}, ${MOST_DEBTS}\n` +
    `local PATIENCE, SETTLED = ${14 * timeout + 3000}, ${2 * timeout + 1400}\n`
  );
}

/** The nodes in their stable order, and those of each zone. */
function nodeLists({ zones }: CacheContext, nodes: MemcachedNode[]): string[] {
  const list = (of: MemcachedNode[]): string =>
    `{ ${of.map((node) => `"${node.endpoint.socketAddress}"`).join(', ')} }`;
  return [
    `local zones = { ${zones.map(({ label }) => `"${label}"`).join(', ')} }`,
    `local all = ${list(nodes)}`,
    'local nodes = {',
    ...zones.map(({ label }) => `  ${label} = ${list(nodes.filter(({ zone }) => zone.label === label))},`),
    '}',
  ];
}
