import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { ContainerSpecification } from '../container-specification';
import type { CacheContext } from '../context';
import type { MemcachedNode } from '../nodes/node';
import { DEFAULT_RETRY } from '../timeouts';
import { warnOfIndependentNodes } from './layer-4';
import { ProxyRouting, type ProxyTierProps } from './proxy-tier';

/** Properties of `Routing.nginxStream`. */
export interface NginxStreamProps extends ProxyTierProps {
  /**
   * The nginx image. It must hold nginx with its stream module compiled in, and `sh`, `awk`, `cmp`, `nc`, `nslookup` and
   * `timeout`.
   *
   * @default - the official Alpine image in Amazon's public registry, pinned to an exact release
   */
  readonly image?: ecs.ContainerImage;
}

const CONFIG_PATH = '/tmp/nginx.conf';
const SERVERS_PATH = '/tmp/servers.conf';
const HEALTH_PORT = 8405;

/** nginx on layer 4. */
export class NginxStreamRouting extends ProxyRouting {
  private readonly image: ecs.ContainerImage;

  constructor(props: NginxStreamProps = {}) {
    super(props);
    this.image = props.image ?? ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/nginx:1.30.4-alpine');
  }

  protected specify(scope: Construct, context: CacheContext, nodes: MemcachedNode[]): ContainerSpecification {
    warnOfIndependentNodes(scope, nodes.length);
    return {
      image: this.image,
      // The user of the image's workers. The image starts as root, which nothing here needs.
      user: '101:101',
      files: [{ path: CONFIG_PATH, content: nginxConfiguration(context) }],
      command: nginxCommand(context, nodes),
      port: context.port,
      healthProbe: `timeout 2 nc 127.0.0.1 ${HEALTH_PORT} < /dev/null | grep -q ok`,
    };
  }
}

function nginxConfiguration({ port, timeouts }: CacheContext): string {
  return [
    'daemon off;',
    'worker_processes 2;',
    'error_log stderr warn;',
    'pid /tmp/nginx.pid;',
    'events { worker_connections 8192; }',
    'stream {',
    '  upstream nodes {',
    '    zone nodes 256k;',
    `    include ${SERVERS_PATH};`,
    '  }',
    '  server {',
    `    listen ${port} so_keepalive=on;`,
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
 * nginx resolves names when it reads its configuration, once, and does not start while one has no address. So the shell
 * resolves them, leaves out those without, and has nginx read again when an address has changed.
 */
function nginxCommand({ timeouts }: CacheContext, nodes: MemcachedNode[]): string {
  const seconds = Math.ceil((timeouts.retry ?? DEFAULT_RETRY).toMilliseconds() / 1000);
  return `servers() {
  while read -r host port; do
    case $host in
      *[!0-9.]*) address=$(nslookup -type=a "$host" 2> /dev/null | awk '/^Name:/ { named = 1 } named && /^Address/ { print $NF; exit }') ;;
      *) address=$host ;;
    esac
    [ -z "$address" ] || echo "server $address:$port max_fails=1 fail_timeout=${seconds}s;"
  done <<END
${nodes.map(({ endpoint }) => `${endpoint.hostname} ${endpoint.port}`).join('\n')}
END
}
servers > ${SERVERS_PATH}
nginx -e stderr -c ${CONFIG_PATH} & nginx=$!
trap 'kill -QUIT $nginx' TERM
while kill -0 $nginx 2> /dev/null; do
  sleep 5 & wait $!
  servers > ${SERVERS_PATH}.new
  cmp -s ${SERVERS_PATH}.new ${SERVERS_PATH} || { mv ${SERVERS_PATH}.new ${SERVERS_PATH}; kill -HUP $nginx; }
done
wait $nginx`;
}
