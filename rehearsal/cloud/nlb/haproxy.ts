import { connect } from 'node:net';
import type { BalancerPlan, ListenerPlan } from '../../assembly/plan';

/** What clients' connections go to. Which of its targets take new ones is told by the load balancer's node. */
export const backend = 'targets';

/** What connections go to, by the ports of the targets: the one that is checked, and others of the same targets. */
export function backendsOf({ listeners, target }: BalancerPlan): { name: string; port: number }[] {
  const others = new Set(listeners.flatMap(({ targetPort }) => (targetPort === undefined ? [] : [targetPort])));
  return [{ name: backend, port: target.port }, ...[...others].map((port) => ({ name: `${backend}-${port}`, port }))];
}
/** The same targets, for the health checks alone: HAProxy itself would send nothing to one that fails them. */
export const checks = 'checks';
export const runtimePort = 9999;

/** What docs/connecting.md asks of clients: a connection takes a millisecond or two, and several attempts must fit. */
const clientConnectTimeoutMs = 250;

/** Where the certificates are that it ends TLS with. */
export const tlsFiles = { server: '/etc/tls/server.pem', authority: '/etc/tls/authority.pem' };

/**
 * HAProxy in the load balancer's place, with the target group's own figures.
 *
 * A Network Load Balancer chooses a target for each connection by a hash and never tries another: the client's attempt
 * fails when the target refuses it, and waits in vain when it does not answer. HAProxy accepts a client before it has a
 * target, so the client sees an end where it would have seen a refusal, and the time-out on connecting is that of a client
 * here.
 */
export function haproxyConfiguration(plan: BalancerPlan, slots: number): string {
  const { listeners, target } = plan;
  const servers = (port: number, more = ''): string =>
    `  server-template target 1-${slots} 0.0.0.0:${port} disabled${more}`;
  const lines = [
    'global',
    `  stats socket ipv4@0.0.0.0:${runtimePort} level admin`,
    '  maxconn 4000',
    'defaults',
    '  mode tcp',
    // Counts what open connections carry, and not closed ones alone.
    '  option contstats',
    '  timeout client 350s',
    '  timeout server 350s',
    `  timeout connect ${clientConnectTimeoutMs}ms`,
    `  timeout check ${target.timeoutSeconds}s`,
    '  retries 0',
    ...backendsOf(plan).flatMap(({ name, port }) => [
      `frontend to-${name}`,
      ...listeners
        .filter(({ targetPort = target.port }) => targetPort === port)
        .map((each) => `  bind :${each.port}${tlsOf(each)}`),
      `  default_backend ${name}`,
      `backend ${name}`,
      '  balance random(1)',
      // With a low weight its ring has few points: one of two targets then gets up to 57 of 100 connections.
      servers(port, ' weight 256'),
    ]),
    `backend ${checks}`,
    ...(target.check === 'http' ? [`  option httpchk GET ${target.checkPath}`] : []),
    `  default-server check inter ${target.intervalSeconds}s fall ${target.unhealthyThreshold} ` +
      `rise ${target.healthyThreshold}` +
      (target.checkPort === undefined ? '' : ` port ${target.checkPort}`),
    servers(target.port),
  ];
  return lines.join('\n') + '\n';
}

function tlsOf({ tls }: ListenerPlan): string {
  if (!tls) return '';
  const clients = tls.mutual ? ` ca-file ${tlsFiles.authority} verify required` : '';
  return ` ssl crt ${tlsFiles.server} ssl-min-ver TLSv1.2${clients}`;
}

/** Runs commands of HAProxy's runtime API and gives back what it says. */
export function runtimeApi(address: string, commands: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: runtimePort, timeout: 2000 });
    let answer = '';
    socket.on('connect', () => socket.write(`${commands.join('; ')}\n`));
    socket.on('data', (chunk) => (answer += chunk));
    socket.on('end', () => resolve(answer));
    socket.on('timeout', () => socket.destroy(new Error(`haproxy at ${address} does not answer`)));
    socket.on('error', reject);
  });
}

/** The targets that pass their health checks, by their slots. */
export const healthySlots = (statistics: string): Set<string> =>
  new Set([...ofTargets(statistics, checks, 'status')].filter(([, status]) => status === 'UP').map(([slot]) => slot));

/** The open connections to each target by its slot. */
export const targetConnections = (statistics: string): Map<string, number> =>
  new Map([...ofTargets(statistics, backend, 'scur')].map(([slot, count]) => [slot, Number(count)]));

const ofTargets = (statistics: string, within: string, name: string): Map<string, string> =>
  new Map(rowsOf(statistics, within).map((row) => [row('svname'), row(name)]));

/** The targets within a backend: of each what stands in a column. */
export function rowsOf(statistics: string, within: string): ((column: string) => string)[] {
  const [header = '', ...lines] = statistics.split('\n');
  const columns = header.replace(/^# /, '').split(',');
  return lines
    .map((line) => line.split(','))
    .map((cells) => (column: string) => cells[columns.indexOf(column)] ?? '')
    .filter((row) => row('pxname') === within && row('svname').startsWith('target'));
}
