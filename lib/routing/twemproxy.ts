import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as ecrAssets from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { ProxyContext } from '../context/proxy-context';
import { CacheRole } from '../contract/roles';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { BACKLOG } from '../containers/machine';
import { requireAssets } from '../containers/assets';
import { isX86 } from '../containers/processors';
import { knownImage } from './image';
import { ProxyRouting } from './proxy-routing';
import type { ProxyHost, ProxySpecification } from './proxy-specification';
import type { ProxyTierOptions } from './proxy-tier';
import { requireSharded } from './require-sharded';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';

/** Options of `Routing.twemproxy`. twemproxy serves all requests in one thread, so more than 1 vCPU is of no use to it. */
export interface TwemproxyOptions extends ProxyTierOptions {
  /**
   * The twemproxy image. It must hold `nutcracker` 0.5 and `sh`, `awk`, `mkfifo`, `nc` and `timeout`.
   *
   * @default - a small image that is built from Debian's package when you deploy the stack; that needs docker, and emulation if
   * your machine has another processor architecture than the cluster
   */
  readonly image?: ecs.ContainerImage;
}

const CONFIG_PATH = '/tmp/nutcracker.yml';
const STATISTICS_PORT = 22222;

/** It tries a lost node again with clients' requests, each of which fails: seldom, as is its own usage. */
const RETRY = Duration.seconds(30);

/** twemproxy, which hashes keys over all nodes. */
export class TwemproxyRouting extends ProxyRouting {
  constructor(private readonly options: TwemproxyOptions = {}) {
    super(options);
    if (options.image !== undefined) knownImage('image', options.image);
  }

  protected specify(
    scope: Construct,
    context: ProxyContext,
    nodes: IMemcachedNode[],
    { loopback }: ProxyHost,
  ): ProxySpecification {
    requireSharded(scope, context, 'twemproxy', 'it sends each key to one node and can copy none');
    const address = loopback ? '127.0.0.1' : '0.0.0.0';
    return {
      process: 'twemproxy',
      role: CacheRole.PROXY,
      image: this.options.image ?? debianImage(scope, context),
      files: [{ path: CONFIG_PATH, content: twemproxyConfiguration(context, nodes, address) }],
      // Without a log file of its own it writes to the task's log. Its statistics are added up each second, not each 30.
      command: `exec nutcracker -c ${CONFIG_PATH} -o "" -v 4 -a ${address} -s ${STATISTICS_PORT} -i 1000`,
      port: context.port,
      ownPorts: [STATISTICS_PORT],
      statistics: { engine: ProxyStatisticsEngine.TWEMPROXY, port: STATISTICS_PORT },
      // It ends the connection itself. A version it would ask of a node, and its statistics come from another thread.
      healthProbe: `printf 'quit\\r\\n' | timeout 2 nc 127.0.0.1 ${context.port}`,
    };
  }
}

function debianImage(scope: Construct, context: ProxyContext): ecs.ContainerImage {
  requireAssets(scope, { what: 'the image of twemproxy', advice: 'give the routing an image of your own' });
  return ecs.ContainerImage.fromAsset(join(__dirname, 'twemproxy-image'), {
    platform: isX86(context) ? ecrAssets.Platform.LINUX_AMD64 : ecrAssets.Platform.LINUX_ARM64,
  });
}

/** Named servers keep their places on the ring whatever their addresses. */
function twemproxyConfiguration({ port, timeouts }: ProxyContext, nodes: IMemcachedNode[], address: string): string {
  return [
    'cache:',
    `  listen: ${address}:${port}`,
    // Not twemproxy's usual fnv1a_64, which leaves keys that differ in their last digits on one node.
    '  hash: murmur',
    '  distribution: ketama',
    // One figure for connecting and for answering.
    `  timeout: ${timeouts.request.toMilliseconds()}`,
    `  backlog: ${BACKLOG}`,
    '  tcpkeepalive: true',
    '  auto_eject_hosts: true',
    `  server_retry_timeout: ${(timeouts.retry ?? RETRY).toMilliseconds()}`,
    '  server_failure_limit: 2',
    '  servers:',
    ...nodes.map(({ name, endpoint }) => `    - "${endpoint.socketAddress}:1 ${name}"`),
    '',
  ].join('\n');
}
