import { connect } from 'node:net';
import type { ClusterPlan, ContainerPlan, ServicePlan } from '../assembly/plan';
import { serversOf } from '../assembly/endpoint';
import type { Server } from '../clients/run-in';
import type { Cloud } from '../cloud/cloud';
import { Task } from '../cloud/ecs/task';
import type { MetadataServer } from '../cloud/metadata-server';
import { until } from '../cloud/wait';
import { RehearsalError } from '../errors';
import { Container } from '../namespace/container';
import type { Host } from '../namespace/host';
import { engineOf } from '../tools/engines';
import { cpuMs } from './cpu';
import type { PathName } from './rows';

/** A way to the nodes that runs, and what its proxy has used of the CPU. */
export interface Path {
  readonly name: PathName;
  readonly servers: readonly Server[];
  readonly cpuMs?: () => number;
}

/** What runs of the bench beside the cluster whose nodes it uses. */
export interface Paths {
  readonly client: Host;
  readonly all: readonly Path[];
  stop(): Promise<void>;
}

/** HAProxy with the usual health check, as those have it who configure it by hand: it is in the outage, beside the others. */
export const reference = 'reference';

const loopback = '127.0.0.1';

/** Starts a proxy of each cluster before the nodes of the first, each on a host of its own. */
export async function startPaths(
  cloud: Cloud,
  plans: readonly ClusterPlan[],
  metadata: MetadataServer,
  wanted: readonly string[],
): Promise<Paths> {
  const tasks: Task[] = [];
  const hosts: Host[] = [];
  const boot = async (name: string): Promise<Host> => {
    const host = await cloud.vpc.boot(name, cloud.clientSubnet);
    hosts.push(host);
    return host;
  };
  const client = await boot('bench');
  const start = async (name: string, plan: ServicePlan, host: Host): Promise<Path> => {
    tasks.push(new Task(host, cloud.clientSubnet, plan, metadata));
    return { name: name as PathName, servers: [{ host: host.address, port: plan.port }], cpuMs: () => cpuMs(host.pid) };
  };

  const nodes = cloud.nodeServers();
  const all: Path[] = [{ name: 'direct', servers: nodes }];
  const proxies = new Map<string, ServicePlan>();
  for (const plan of plans) if (plan.proxies) proxies.set(nameOf(plan), readdressed(plan, plans[0]!));
  const haproxy = proxies.get('haproxy');
  if (haproxy) proxies.set(reference, usualHealthCheck(haproxy));
  for (const [name, plan] of proxies) {
    if (wanted.includes(name)) all.push(await start(name, plan, await boot(name)));
  }
  if (wanted.includes('relay')) {
    const host = await boot('relay');
    host.write('/etc/relay.lua', relayText(nodes));
    const argv = [
      'memcached',
      '-p',
      '11211',
      '-t',
      '1',
      '-c',
      '16384',
      '-o',
      'proxy_config=routelib,proxy_arg=/etc/relay.lua',
    ];
    Container.start(host, { name: 'relay', argv, environment: {}, user: '11211:11211' });
    all.push({ name: 'relay', servers: [{ host: host.address, port: 11211 }], cpuMs: () => cpuMs(host.pid) });
  }
  if (wanted.includes('sidecar') && cloud.plan.proxies) {
    const { name, servers } = await start('sidecar', cloud.plan.proxies, client);
    all.push({ name, servers: [{ host: loopback, port: servers[0]!.port }] });
  }
  await until(async () => {
    for (const { name, servers } of all) {
      const { host, port } = servers[0]!;
      if (!(await listens(host === loopback ? client.address : host, port))) return `${name} to listen`;
    }
    return undefined;
  }, 20_000);
  // memcaslap has no room for a load balancer's name.
  const address = cloud.balancer?.addressIn(cloud.clientSubnet.zone);
  if (wanted.includes('tier') && address) {
    all.push({ name: 'tier', servers: serversOf(cloud.plan.endpoint).map(({ port }) => ({ host: address, port })) });
  }
  return {
    client,
    all: all.filter(({ name }) => wanted.includes(name)),
    stop: async () => {
      await Promise.all(tasks.map((task) => task.stop('the bench ends')));
      await Promise.all(hosts.map((host) => host.stop()));
    },
  };
}

/** twemproxy has no answer of its own. */
const listens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** A bare pass to one pool by the route library's own route: what memcached's proxy costs without any of ours. */
const relayText = (nodes: readonly Server[]): string =>
  `pools { main = { backends = { ${nodes.map(({ host, port }) => `"${host}:${port}"`).join(', ')} } } }\n` +
  'routes { default = route_direct { child = "main" } }\n';

/** The engine of a cluster's proxy, or the topology where it is memcached's own. */
export function nameOf(plan: ClusterPlan): string {
  const engine = plan.proxies?.containers.map(engineOf).find((each) => each !== undefined);
  if (engine === 'memcached') return plan.topology;
  return engine === 'nutcracker' ? 'twemproxy' : (engine ?? 'none');
}

/** The proxy of a cluster, before the nodes of another. */
export function readdressed(plan: ClusterPlan, to: ClusterPlan): ServicePlan {
  const [from, others] = [plan, to].map(({ nodes }) =>
    nodes.map((node) => (node.kind === 'instance' ? node.interfaceAddress : node.record!.name)),
  ) as [string[], string[]];
  if (from.length !== others.length) {
    throw new RehearsalError(
      `${plan.stack} has ${from.length} nodes, expected ${others.length} as in ${to.stack}: give all as many`,
    );
  }
  const replace = (text: string): string =>
    from.reduce((each, address, i) => each.replace(new RegExp(`${escaped(address)}(?!\\d)`, 'g'), others[i]!), text);
  return withText(plan.proxies!, replace);
}

const escaped = (address: string): string => address.replaceAll('.', '\\.');

const withText = (plan: ServicePlan, change: (text: string) => string): ServicePlan => ({
  ...plan,
  balanced: false,
  containers: plan.containers.map((container): ContainerPlan => ({ ...container, argv: container.argv.map(change) })),
});

/** A TCP check each 2 s, out after three that fail; what it takes to connect, and to which server, are as most have them. */
export const usualHealthCheck = (haproxy: ServicePlan): ServicePlan =>
  withText(haproxy, (text) =>
    text
      .replace(/^ +option (?:tcp-check|redispatch.*)\n|^ +tcp-check .*\n/gm, '')
      .replace(/timeout connect \d+ms/, 'timeout connect 5s')
      .replace(
        /(default-server check inter 2000) fastinter \d+ downinter \d+ (rise 2 fall 3.*) on-marked-down .*$/m,
        '$1 $2',
      ),
  );
