import { connect, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import type { ProbedEndpoint } from '../../lib/contract/probe-event';

/** The start of a connection that is lost on the way is sent again after a second: long enough for that to be answered. */
const LONGEST_MS = 1500;

/** HAProxy's figures of 100 nodes are 100 kB. */
const LARGEST = 1024 * 1024;

/** Reads an answer as far as it has come: undefined asks for more, and what cannot become an answer throws. */
export type Reader<T> = (text: string, ended: boolean) => T | undefined;

/** Sends a request and reads its answer. */
export type Ask = <T>(request: string, read: Reader<T>) => Promise<T>;

/**
 * Talks over one connection of its own. Whatever the other side does, it is over within a bounded time and with a
 * bounded amount of text; `deadline` is of the clock of `performance.now()`.
 */
export function converse<T>(server: ProbedEndpoint, deadline: number, talk: (ask: Ask) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const milliseconds = Math.min(LONGEST_MS, Math.ceil(deadline - performance.now()));
    if (milliseconds <= 0) throw new Error('not asked: the run has no time left');
    const socket = open(server).setEncoding('latin1');
    let text = '';
    let ended = false;
    let hear = (): void => {};

    const timer = setTimeout(() => {
      const missing = socket.connecting ? 'connection' : 'whole answer';
      fail(new Error(`no ${missing} in ${milliseconds} ms${text === '' ? '' : `, only ${printable(text)}`}`));
    }, milliseconds);
    const close = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const fail = (error: unknown): void => close(() => reject(error));

    const ask: Ask = (request, read) =>
      new Promise((answer) => {
        text = '';
        hear = () => {
          try {
            const value = read(text, ended);
            if (value === undefined) {
              if (ended) throw new Error(`the connection was closed after ${printable(text)}`);
              return;
            }
            hear = () => {};
            answer(value);
          } catch (error) {
            fail(error);
          }
        };
        socket.write(request);
        if (ended) hear();
      });

    socket.on('data', (chunk) => {
      text += String(chunk);
      if (text.length > LARGEST) fail(new Error(`more than ${LARGEST} bytes came: ${printable(text)}`));
      else hear();
    });
    socket.once('end', () => {
      ended = true;
      hear();
    });
    socket.on('error', fail);
    socket.once(server.tls ? 'secureConnect' : 'connect', () => {
      talk(ask).then((value) => close(() => resolve(value)), fail);
    });
  });
}

/** With TLS it fails unless the certificate is for that name, and of an authority that is trusted. */
function open({ host, port, tls }: ProbedEndpoint): Socket {
  if (!tls) return connect({ host, port, noDelay: true });
  const ca = tls.authorities === undefined ? undefined : [...rootCertificates, tls.authorities];
  return connectTls({ host, port, servername: tls.name, ca }).setNoDelay(true);
}

/** The beginning of what a server said, fit for a line of a log. */
export function printable(text: string): string {
  return text === '' ? 'nothing' : `'${text.slice(0, 80).replace(/[^ -~]/g, '.')}'`;
}
