import { connect } from 'node:net';

/** Whether a memcached, or a proxy that speaks its protocol, answers there. */
export async function answers(host: string, port: number): Promise<boolean> {
  return (await ask(host, port, ['version']).catch(() => '')).startsWith('VERSION');
}

/** Stores the keys; fails unless all were stored. */
export async function store(host: string, port: number, keys: readonly string[]): Promise<void> {
  const said = await ask(
    host,
    port,
    keys.map((key) => `ms ${key} 1\r\n1`),
  );
  const stored = said.split('\r\n').filter((line) => line === 'HD').length;
  if (stored !== keys.length) throw new Error(`${host}:${port} stored ${stored} of ${keys.length} keys`);
}

/** Which of the keys a node, or a proxy before it, holds. */
export async function held(host: string, port: number, keys: readonly string[]): Promise<Set<string>> {
  const said = await ask(
    host,
    port,
    keys.map((key) => `mg ${key} k`),
  );
  return new Set([...said.matchAll(/^HD k(\S+)\r$/gm)].map(([, key]) => key!));
}

/** How many of the keys a node holds itself. */
export async function countHeld(host: string, port: number, keys: readonly string[]): Promise<number> {
  const said = await ask(
    host,
    port,
    keys.map((key) => `mg ${key}`),
  );
  return said.split('\r\n').filter((line) => line.startsWith('HD')).length;
}

/** How many reads a node has answered since it runs. */
export async function readsOf(host: string, port: number): Promise<number> {
  return Number(/^STAT cmd_get (\d+)\r$/m.exec(await ask(host, port, ['stats']))?.[1] ?? 0);
}

/** Sends commands and gives back everything that was said until the connection closed. */
function ask(host: string, port: number, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: 1000 });
    let said = '';
    socket.on('connect', () => socket.write([...commands, 'quit', ''].join('\r\n')));
    socket.on('data', (chunk) => (said += chunk));
    socket.on('close', () => resolve(said));
    socket.on('timeout', () => socket.destroy(new Error(`${host}:${port} does not answer`)));
    socket.on('error', reject);
  });
}
