import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { BACKLOG, threadsFor } from '../containers/machine';
import { publicImage } from '../containers/pull-through-cache';
import type { ProxyContext } from '../context/proxy-context';
import { CacheRole } from '../contract/roles';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { DEFAULT_RETRY } from '../context/timeouts';
import { whereGiven } from '../validation';
import { knownImage } from './image';
import { warnOfIndependentNodes } from './warnings';
import { proxyConnectionsIn, requestedConnections, type ProxyConnectionsOptions } from './proxy-connections';
import { ProxyRouting } from './proxy-routing';
import type { ProxyHost, ProxySpecification } from './proxy-specification';
import type { ProxyTierOptions } from './proxy-tier';
import { ReadRouting } from '../metrics/read-routing';

/** Options of `Routing.nginxStream`. */
export interface NginxStreamOptions extends ProxyTierOptions, ProxyConnectionsOptions {
  /**
   * The nginx image. It must hold nginx with its stream module compiled in, and `sh`, `awk`, `cmp`, `mkfifo`, `nc`,
   * `nslookup` and `timeout`.
   *
   * @default - the official Alpine image in Amazon's public registry, pinned to an exact release
   */
  readonly image?: ecs.ContainerImage;
}

/** The official Alpine image, pinned to an exact release. */
const OFFICIAL_IMAGE = 'docker/library/nginx:1.30.4-alpine';

const CONFIG_PATH = '/tmp/nginx.conf';
const SERVERS_PATH = '/tmp/servers.conf';
const HEALTH_PORT = 8405;

/** nginx on layer 4. */
export class NginxStreamRouting extends ProxyRouting {
  private readonly image?: ecs.ContainerImage;
  private readonly maxConnections?: number;

  constructor(options: NginxStreamOptions = {}) {
    super(options);
    this.maxConnections = requestedConnections(options);
    this.image = whereGiven(options.image, (image) => knownImage('image', image));
  }

  protected specify(
    scope: Construct,
    context: ProxyContext,
    nodes: IMemcachedNode[],
    { loopback, cpu, memoryLimitMiB }: ProxyHost,
  ): ProxySpecification {
    warnOfIndependentNodes(scope, nodes.length);
    return {
      process: 'nginx',
      role: CacheRole.PROXY,
      reads: ReadRouting.ANY,
      image: this.image ?? publicImage(OFFICIAL_IMAGE, context.pullThroughCachePrefix),
      // The user of the image's workers. The image starts as root, which nothing here needs.
      user: '101:101',
      files: [
        {
          path: CONFIG_PATH,
          content: nginxConfiguration(context, {
            address: loopback ? '127.0.0.1:' : '',
            workers: threadsFor(cpu),
            connections: proxyConnectionsIn(memoryLimitMiB, this.maxConnections),
          }),
        },
      ],
      command: nginxCommand(context, nodes),
      port: context.port,
      ownPorts: [HEALTH_PORT],
      healthProbe: `timeout 2 nc 127.0.0.1 ${HEALTH_PORT} < /dev/null | grep -q ok`,
    };
  }
}

/** What is chosen of a proxy. */
interface NginxChoices {
  /** The address that it listens on, before the port; none for all. */
  readonly address: string;

  readonly workers: number;
  readonly connections: number;
}

function nginxConfiguration({ port, timeouts }: ProxyContext, { address, workers, connections }: NginxChoices): string {
  return [
    'daemon off;',
    `worker_processes ${workers};`,
    // A client that finds every node dead is an error, and there can be many a second.
    'error_log stderr crit;',
    'pid /tmp/nginx.pid;',
    // Sessions would keep a process that stops, or that has read its configuration anew, for as long as they last.
    'worker_shutdown_timeout 3s;',
    // A worker's share of them, each of which takes another one to a node, and some for the health check.
    `events { worker_connections ${Math.ceil((2 * connections) / workers) + 64}; }`,
    'stream {',
    '  upstream nodes {',
    '    zone nodes 256k;',
    `    include ${SERVERS_PATH};`,
    '  }',
    '  server {',
    `    listen ${address}${port} so_keepalive=on backlog=${BACKLOG};`,
    '    proxy_pass nodes;',
    `    proxy_connect_timeout ${timeouts.connect.toMilliseconds()}ms;`,
    // Longer than the load balancer keeps a connection that is idle.
    '    proxy_timeout 2h;',
    '    proxy_socket_keepalive on;',
    '    proxy_half_close on;',
    '  }',
    '  server {',
    `    listen 127.0.0.1:${HEALTH_PORT};`,
    '    return ok;',
    '  }',
    '}',
    '',
  ].join('\n');
}

/**
 * nginx before 1.27.3, as Debian has it and rehearsals run it, resolves names once, and does not start while one has no
 * address. So the shell resolves them, and has nginx read again when an address has changed. A name that gives none keeps
 * the address it had: a resolver that is silent says nothing of the nodes.
 */
function nginxCommand({ timeouts }: ProxyContext, nodes: IMemcachedNode[]): string {
  const seconds = Math.ceil((timeouts.retry ?? DEFAULT_RETRY).toMilliseconds() / 1000);
  return `address_of() {
  case $1 in
    *[!0-9.]*)
      nslookup -type=a "$1" 2> /dev/null | awk '/^Name:/ { named = 1 } named && /^Address/ { print $NF; exit }' > /tmp/found
      [ ! -s /tmp/found ] || mv /tmp/found "/tmp/address-$1"
      cat "/tmp/address-$1" 2> /dev/null
      ;;
    *) echo "$1" ;;
  esac
}
servers() {
  while read -r host port; do
    address=$(address_of "$host")
    [ -z "$address" ] || echo "server $address:$port max_fails=1 fail_timeout=${seconds}s;"
  done <<END
${nodes.map(({ endpoint }) => `${endpoint.hostname} ${endpoint.port}`).join('\n')}
END
}
servers > ${SERVERS_PATH}
nginx -e stderr -c ${CONFIG_PATH} & nginx=$!
trap 'kill -QUIT $nginx; wait $nginx; exit' TERM
while kill -0 $nginx 2> /dev/null; do
  sleep 5 & wait $!
  servers > ${SERVERS_PATH}.new
  cmp -s ${SERVERS_PATH}.new ${SERVERS_PATH} || { mv ${SERVERS_PATH}.new ${SERVERS_PATH}; kill -HUP $nginx; }
done
wait $nginx`;
}
