import { Duration, Size } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AUTHORITIES_PATH, CERTIFICATE_PATH, CERTIFICATES_MIB } from '../containers/certificates';
import { BACKLOG, threadsFor } from '../containers/machine';
import { versionProbe } from '../containers/script';
import type { CacheContext } from '../context/cache-context';
import type { ProxyContext } from '../context/proxy-context';
import { CacheRole } from '../contract/roles';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { memcachedExporter } from '../containers/exporter';
import { CacheTopologyKind } from '../contract/topology-kind';
import { knownInteger, knownMebibytes, knownMember, knownSeconds } from '../validation';
import { localZone } from './local-zone';
import { libraryText } from './proxy-library';
import { proxyConnectionsIn, type ProxyConnectionsOptions } from './proxy-connections';
import { ProxyRouting } from './proxy-routing';
import type { ProxyHost, ProxySpecification } from './proxy-specification';
import { completeProxyTier, type EndOfTls, type ProxyTierOptions } from './proxy-tier';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';
import { ReadRouting } from '../metrics/read-routing';

/** Which zones must have stored a write to a replicated cluster for it to succeed. */
export enum WriteAcknowledgement {
  /**
   * At least one zone, whichever it is. While nodes are lost, writes succeed as long as one zone is left. The client still gets
   * its answer only when every node that is not known to be lost has answered or failed, so that a client that then reads
   * another copy finds what was written.
   */
  ANY_ZONE = 'any zone',

  /**
   * Every zone. While a node is lost, writes of its keys are answered with SERVER_ERROR, although the other zones have stored
   * them.
   */
  ALL_ZONES = 'all zones',
}

/** Options of `Routing.memcachedProxy`. */
export interface MemcachedProxyOptions extends ProxyTierOptions, ProxyConnectionsOptions {
  /**
   * Which zones must have stored a write to a replicated cluster for it to succeed. In a sharded cluster a key has one node,
   * and a write succeeds when that node, or the gutter in its place, has stored it.
   *
   * @default WriteAcknowledgement.ANY_ZONE
   */
  readonly writeAcknowledgement?: WriteAcknowledgement;

  /**
   * The most requests that a proxy works on at once: its `active_req_limit`. It answers any others with `SERVER_ERROR active
   * request limit reached` before it does anything for them.
   *
   * A write to three zones takes some 15 KiB of the proxy's memory in addition to its value (docs/operations.md, "Overload").
   *
   * @default - 24 for each MiB of `memoryLimitMiB`, which take less than half of it: 12,288 in 512 MiB; where the proxy
   * terminates TLS, 24 for each MiB that is left after the 192 MiB of the container that reads its certificate: 7,680
   */
  readonly maxActiveRequests?: number;

  /**
   * The memory for values that pass through a proxy: its `buffer_memory_limit`, in whole MiB. When it is used up, a write is
   * answered with `SERVER_ERROR out of memory`, and a node's answer is dropped together with the connection that it came on.
   *
   * Without this limit, one client that asks for large values and does not read them would take all of the proxy's memory.
   *
   * @default - a quarter of `memoryLimitMiB`; where the proxy terminates TLS, a quarter of what is left after 192 MiB
   */
  readonly maxBufferMemory?: Size;
}

/** memcached's built-in proxy, configured through its route library. */
export class MemcachedProxyRouting extends ProxyRouting {
  private readonly chosen: Omit<MemcachedProxyOptions, keyof ProxyTierOptions>;

  constructor(options: MemcachedProxyOptions = {}) {
    super(options);
    const { writeAcknowledgement, maxActiveRequests, maxBufferMemory, maxConnections } = options;
    this.chosen = { writeAcknowledgement, maxActiveRequests, maxBufferMemory, maxConnections };
    this.choicesFor(completeProxyTier(options));
  }

  protected specify(
    _scope: Construct,
    context: ProxyContext,
    nodes: IMemcachedNode[],
    host: ProxyHost,
  ): ProxySpecification {
    const tls = !host.loopback && context.tls?._proxy ? (context.tls.mutual ? 'mutual' : 'tls') : undefined;
    return memcachedProxy(context, nodes, this.choicesFor(host, tls), host.loopback);
  }

  /** @internal */
  protected override _endOfTls({ tls }: CacheContext): EndOfTls | undefined {
    return tls?._proxy && { options: tls._proxy, ports: TLS_PORTS, refreshPort: REFRESH_PORT };
  }

  private choicesFor(
    { cpu, memoryLimitMiB }: Pick<ProxyHost, 'cpu' | 'memoryLimitMiB'>,
    tls?: MemcachedProxyChoices['tls'],
  ): MemcachedProxyChoices {
    const { writeAcknowledgement, maxActiveRequests, maxBufferMemory, maxConnections } = this.chosen;
    const memoryMiB = memoryLimitMiB - (tls ? CERTIFICATES_MIB : 0);
    return {
      threads: threadsFor(cpu),
      connections: proxyConnectionsIn(memoryMiB, maxConnections, tls !== undefined),
      activeRequests: activeRequestsIn(memoryMiB, maxActiveRequests),
      bufferMiB: bufferMiBIn(memoryMiB, maxBufferMemory),
      acknowledgement: knownMember(
        'writeAcknowledgement',
        writeAcknowledgement ?? WriteAcknowledgement.ANY_ZONE,
        WriteAcknowledgement,
      ),
      tls,
    };
  }
}

/** What is chosen of a proxy. */
export interface MemcachedProxyChoices {
  /** The number of worker threads. */
  readonly threads: number;

  /** The most connections, those of the proxy itself among them. */
  readonly connections: number;

  /** The most requests at once. */
  readonly activeRequests: number;

  /** The most memory for values, in MiB. */
  readonly bufferMiB: number;

  /** Which zones must have stored a write to a replicated cluster. */
  readonly acknowledgement: WriteAcknowledgement;

  /** Whether it ends TLS, and whether clients have to present a certificate; absent where it does not. */
  readonly tls?: 'tls' | 'mutual';
}

/** Of some 15 KiB each: what a write to three zones takes. */
const ACTIVE_REQUESTS_IN_MIB = 24;

/** Fewer would not serve the connections of a few applications. */
const LEAST_ACTIVE_REQUESTS = 256;

function activeRequestsIn(memoryMiB: number, requested?: number): number {
  const most = memoryMiB * 56;
  return knownInteger('maxActiveRequests', requested ?? memoryMiB * ACTIVE_REQUESTS_IN_MIB, {
    min: LEAST_ACTIVE_REQUESTS,
    max: most,
    advice: `with more than ${most} requests of 18 KiB, ${memoryMiB} MiB are full; leave it out for the default, or raise memoryLimitMiB`,
  });
}

/** So that items of 1 MiB pass in each direction. */
const LEAST_BUFFER_MIB = 8;

function bufferMiBIn(memoryMiB: number, requested?: Size): number {
  return knownMebibytes('maxBufferMemory', requested ?? Size.mebibytes(Math.floor(memoryMiB / 4)), {
    min: LEAST_BUFFER_MIB,
    max: memoryMiB / 2,
    advice: `requests need the rest of the ${memoryMiB} MiB; leave it out for a quarter, or raise memoryLimitMiB`,
  });
}

const CONFIG_PATH = '/tmp/routes.lua';
const LIBRARY_PATH = '/tmp/library.lua';
const CLOCK_PATH = '/tmp/clock.sh';

/** Where a proxy is told the time, on loopback. */
const CLOCK_PORT = 11209;

/** Where a proxy ends TLS, beside the port for the probe and for what runs in its task, which is plain. */
const TLS_PORTS = { clients: 11210, canary: 11208 };

/** Where a proxy takes `refresh_certs`, on loopback: its other listeners know no such command. */
const REFRESH_PORT = 11207;

/** The keys that a worker thread owes a node, at the most; a node that is owed more is emptied. */
const MOST_DEBTS = 10_000;

/** The process of a proxy before these nodes. */
export function memcachedProxy(
  context: ProxyContext,
  nodes: IMemcachedNode[],
  choices: MemcachedProxyChoices,
  loopback: boolean,
): ProxySpecification {
  const { threads, connections, acknowledgement, tls } = choices;
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
            'stall.lua',
            'gutter.lua',
            'warm-up.lua',
            'outcomes.lua',
            'order.lua',
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
          settings(context, choices),
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
      `exec memcached -l '${listenersOf(loopback, tls)}' -p ${context.port} -t ${threads} -c ${connections} ` +
        `-b ${BACKLOG} -o proxy_config=routelib:${LIBRARY_PATH},proxy_arg=${CONFIG_PATH}${tlsOptions(tls)}`,
    ].join('\n'),
    port: context.port,
    ownPorts: [CLOCK_PORT, ...(tls ? [TLS_PORTS.clients, TLS_PORTS.canary, REFRESH_PORT] : [])],
    statistics: { engine: ProxyStatisticsEngine.MEMCACHED, port: context.port },
    reads: replicated ? ReadRouting.ZONES : ReadRouting.KEY,
    healthProbe: versionProbe(context.port),
    // The application has no other proxy to go to while this one hangs.
    watchdog: loopback ? { port: context.port, fence: false } : undefined,
    exporter,
    metricsPort: exporter?.port,
  };
}

/** What it listens on, as memcached's `-l` takes it. The first has the port of `-p`. */
function listenersOf(loopback: boolean, tls: MemcachedProxyChoices['tls']): string {
  const own = [loopback ? '127.0.0.1' : '*', `tag_clock_:127.0.0.1:${CLOCK_PORT}`];
  if (!tls) return own.join();
  const { clients, canary } = TLS_PORTS;
  return [
    ...own.map((each) => `notls:${each}`),
    `notls:proto[ascii]:127.0.0.1:${REFRESH_PORT}`,
    `${tls === 'mutual' ? 'mtls' : 'btls'}:*:${clients}`,
    // Nobody is let in to it but the load balancer's listener for the canary.
    ...(tls === 'mutual' ? [`btls:*:${canary}`] : []),
  ].join();
}

function tlsOptions(tls: MemcachedProxyChoices['tls']): string {
  if (!tls) return '';
  const authorities = tls === 'mutual' ? `,ssl_ca_cert=${AUTHORITIES_PATH}` : '';
  return `,ssl_chain_cert=${CERTIFICATE_PATH},ssl_key=${CERTIFICATE_PATH}${authorities} -Z`;
}

/** How long the proxy leaves a node alone: whole seconds, as it counts them itself. */
function retrySeconds({ timeouts }: ProxyContext): number {
  return knownSeconds('timeouts.retry', timeouts.retry ?? Duration.seconds(1), {
    min: 1,
    max: 600,
    advice: "memcached's proxy counts in whole seconds; choose another number of them, or leave it out for 1 second",
  });
}

/**
 * What a proxy may take, and how it finds a lost node. Left as they are (docs/decisions/0021-overload.md): `backend_depth_limit`,
 * whose answer a route cannot tell from a lost node's, and the back-off for nodes that flap, which the quarantine does.
 */
function settings(context: ProxyContext, { activeRequests, bufferMiB }: MemcachedProxyChoices): string {
  const [connect, read] = [context.timeouts.connect, context.timeouts.request].map(
    (each) => each.toMilliseconds() / 1000,
  );
  return `settings {
backend_connect_timeout = ${connect}, backend_read_timeout = ${read}, backend_retry_waittime = ${retrySeconds(context)},
backend_failure_limit = 2, tcp_keepalive = true,
active_req_limit = ${activeRequests}, buffer_memory_limit = ${bufferMiB * 1024},
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
 * - STALL: in milliseconds how long nothing happens in a proxy that stood still: its clock goes on after each answer that it waits for.
 * - PATIENCE: in milliseconds the longest tick, of fourteen requests that all run out of time and some seconds.
 */
function limits(context: ProxyContext): string {
  const { connect, request } = context.timeouts;
  const timeout = connect.toMilliseconds() + request.toMilliseconds();
  const quarantine = retrySeconds(context) * 1000 + 3000 + 2 * timeout;
  const slow = Math.min(Math.max(connect.toMilliseconds(), 100), request.toMilliseconds()) * 800;
  return (
    `local QUARANTINE, SLOW, LIMIT = ${quarantine}, ${slow}, ${MOST_DEBTS}\n` +
    `local PATIENCE, SETTLED, STALL = ${14 * timeout + 3000}, ${2 * timeout + 1400}, ${timeout + 500}\n`
  );
}

/** The nodes in their stable order, and those of each zone by their numbers: a hundred addresses take room. */
function nodeLists({ zones }: ProxyContext, nodes: IMemcachedNode[]): string[] {
  const numbers = (label: string): string =>
    nodes.flatMap(({ zoneLabel }, i) => (zoneLabel === label ? [i + 1] : [])).join(', ');
  return [
    `local zones = { ${zones.map(({ label }) => `"${label}"`).join(', ')} }`,
    `local all = { ${nodes.map(({ endpoint }) => `"${endpoint.socketAddress}"`).join(', ')} }`,
    'local nodes = {}',
    `for zone, numbers in pairs { ${zones.map(({ label }) => `${label} = { ${numbers(label)} }`).join(', ')} } do`,
    '  nodes[zone] = {}',
    '  for i, number in ipairs(numbers) do nodes[zone][i] = all[number] end',
    'end',
  ];
}
