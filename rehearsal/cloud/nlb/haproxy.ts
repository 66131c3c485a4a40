import { connect } from 'node:net';
import type { BalancerPlan } from '../../assembly/plan';

export const backend = 'targets';
export const runtimePort = 9999;

/**
 * HAProxy in the load balancer's place, with the target group's own figures.
 *
 * HAProxy accepts a client before it has a target, where a Network Load Balancer lets the client's connection attempt
 * fail when the target does not answer. Its quick retries on other targets stand for the client's own: clients try
 * the endpoint's next address when one does not connect.
 */
export function haproxyConfiguration({ port, target }: BalancerPlan, slots: number): string {
  const lines = [
    'global',
    `  stats socket ipv4@0.0.0.0:${runtimePort} level admin`,
    '  maxconn 4000',
    'defaults',
    '  mode tcp',
    '  timeout client 350s',
    '  timeout server 350s',
    // Several tries must fit in a client's time-out.
    '  timeout connect 150ms',
    `  timeout check ${target.timeoutSeconds}s`,
    '  retries 3',
    '  option redispatch 1',
    'frontend endpoint',
    `  bind :${port}`,
    `  default_backend ${backend}`,
    `backend ${backend}`,
    '  balance roundrobin',
    ...(target.check === 'http' ? [`  option httpchk GET ${target.checkPath}`] : []),
    `  default-server check inter ${target.intervalSeconds}s fall ${target.unhealthyThreshold} ` +
      `rise ${target.healthyThreshold}` +
      (target.checkPort === undefined ? '' : ` port ${target.checkPort}`) +
      // The load balancer's passive check: clients that reconnect all at once must not all meet the dead target.
      ' observe layer4 error-limit 5 on-error mark-down',
    `  server-template target 1-${slots} 0.0.0.0:${target.port} disabled`,
  ];
  return lines.join('\n') + '\n';
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

/** The state of each target (`UP`, `DOWN`, …) by its slot. */
export const targetStates = (statistics: string): Map<string, string> => ofTargets(statistics, 'status');

/** The open connections to each target by its slot. */
export const targetConnections = (statistics: string): Map<string, number> =>
  new Map([...ofTargets(statistics, 'scur')].map(([slot, count]) => [slot, Number(count)]));

function ofTargets(statistics: string, name: string): Map<string, string> {
  const [header = '', ...rows] = statistics.split('\n');
  const columns = header.replace(/^# /, '').split(',');
  const column = (row: string[], title: string) => row[columns.indexOf(title)] ?? '';
  return new Map(
    rows
      .map((row) => row.split(','))
      .filter((row) => column(row, 'pxname') === backend && column(row, 'svname').startsWith('target'))
      .map((row) => [column(row, 'svname'), column(row, name)]),
  );
}
