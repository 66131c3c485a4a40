import { connect } from 'node:net';

/** Whether a memcached, or a proxy that speaks its protocol, answers there. */
export async function answers(host: string, port: number): Promise<boolean> {
  return (await ask(host, port, ['version']).catch(() => '')).startsWith('VERSION');
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
