import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Address } from '../../../lib/contract/probe-event';

const running: { server: Server; sockets: Socket[] }[] = [];

/** A server on this machine's loopback that does with a connection whatever a test wants. */
export async function serve(act: (socket: Socket, count: number) => void): Promise<Address> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {}); // the other side may be gone
    act(socket, sockets.push(socket));
    socket.resume(); // or it never sees that the other side has left
  });
  running.push({ server, sockets });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** Answers each request with the next text. */
export const answering =
  (...answers: string[]) =>
  (socket: Socket): void => {
    const left = [...answers];
    socket.on('data', () => socket.write(left.shift() ?? ''));
  };

/** The connections that nobody has closed. */
export function openConnections(): number {
  return running.flatMap(({ sockets }) => sockets).filter(({ destroyed }) => !destroyed).length;
}

export async function stopServers(): Promise<void> {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}
