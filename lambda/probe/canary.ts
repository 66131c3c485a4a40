import { randomBytes } from 'node:crypto';
import { converse, printable, type Reader } from './conversation';
import type { ProbedEndpoint } from '../../lib/contract/probe-event';
import type { Names } from './names';

/** It lives a minute at the most. */
const TTL_SECONDS = 60;

/** How a client fared that wrote a value and read it again. */
export type CanaryResult = { readonly milliseconds: number } | { readonly error: string };

/** Over one connection, and once more over another, to another address if there is one, as clients have to. */
export async function canary({ host, ...rest }: ProbedEndpoint, names: Names, deadline: number): Promise<CanaryResult> {
  let error: unknown;
  let addresses: readonly string[] = [];
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      if (addresses.length === 0) addresses = await names.addresses(host);
      const start = performance.now();
      await roundTrip({ host: addresses[attempt % addresses.length], ...rest }, deadline);
      return { milliseconds: performance.now() - start };
    } catch (failure) {
      error = failure;
    }
  }
  return { error: (error as Error).message };
}

function roundTrip(endpoint: ProbedEndpoint, deadline: number): Promise<void> {
  const key = `cdk-memcached:canary:${randomBytes(8).toString('hex')}`;
  const value = randomBytes(8).toString('hex');
  return converse(endpoint, deadline, async (ask) => {
    await ask(`set ${key} 0 ${TTL_SECONDS} ${value.length}\r\n${value}\r\n`, expecting('set', 'STORED\r\n'));
    await ask(`get ${key}\r\n`, expecting('get', `VALUE ${key} 0 ${value.length}\r\n${value}\r\nEND\r\n`));
  });
}

/** Reads this answer; another is over with its line. */
function expecting(command: string, answer: string): Reader<true> {
  return (text) => {
    if (text === answer) return true;
    if (answer.startsWith(text)) return undefined;
    throw new Error(`${command} was answered with ${printable(text)}`);
  };
}
