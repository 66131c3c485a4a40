import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { TriedClient } from './tried-client';

/** The meta protocol as it is on the wire: no client library of npm or Debian speaks it by default. */
export function rawMeta(servers: string[]): TriedClient {
  const connections = servers.map(openConnection);
  const ask = (key: string, request: string) => {
    const sum = [...key].reduce((total, letter) => total + letter.charCodeAt(0), 0);
    return connections[sum % connections.length]!(request);
  };
  const store = async (key: string, request: string) => {
    const [answer] = await ask(key, request);
    if (answer !== 'HD') throw new Error(`answered ${answer}`);
  };
  const retrieve = async (key: string, request: string) => {
    const [answer, value] = await ask(key, request);
    if (answer?.startsWith('VA ')) return value;
    if (answer === undefined) return undefined; // a miss is quiet (q)
    throw new Error(`answered ${answer}`);
  };
  return {
    set: (key, value) => store(key, `ms ${key} ${value.length}\r\n${value}`),
    get: (key) => retrieve(key, `mg ${key} v q`),
    delete: (key) => store(key, `md ${key}`),
    getMulti: async (keys) =>
      Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await retrieve(key, `mg ${key} v q`)]))),
    increment: async (key) => Number(await retrieve(key, `ma ${key} v`)),
  };
}

/** Sends a request and gives back the lines of its answer, which `mn` marks the end of. */
function openConnection(server: string): (request: string) => Promise<string[]> {
  const [host, port] = server.split(':');
  const socket = connect(Number(port), host);
  const waiting: { resolve(lines: string[]): void; reject(error: Error): void }[] = [];
  let lines: string[] = [];
  let failure: Error | undefined;
  createInterface({ input: socket }).on('line', (line) => {
    lines.push(line);
    if (line !== 'MN') return;
    waiting.shift()?.resolve(lines.slice(0, -1));
    lines = [];
  });
  socket.on('error', (error) => (failure = error));
  socket.on('close', () => {
    failure ??= new Error(`the connection was closed${lines.length > 0 ? ` after ${lines.join(', ')}` : ''}`);
    for (const { reject } of waiting) reject(failure);
  });
  return (request) =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure);
      waiting.push({ resolve, reject });
      socket.write(`${request}\r\nmn\r\n`);
    });
}
