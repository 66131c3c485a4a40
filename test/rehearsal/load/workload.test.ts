import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { processors } from '../../../rehearsal/load/processors';
import { emptyTally } from '../../../rehearsal/load/tally';
import { Workload } from '../../../rehearsal/load/workload';
import type { Host } from '../../../rehearsal/namespace/host';

/** A process that answers every line with what it counted. */
const answering = (stallMs: number): ChildProcess =>
  spawn(process.execPath, [
    '-e',
    `require('readline').createInterface({ input: process.stdin })
      .on('line', () => console.log('${JSON.stringify({ result: { ...emptyTally(), stallMs } })}'))`,
  ]);

/** A host on which the clients, and those that are pinned to a processor, are such processes. */
function hostOf(start: (pinned: boolean) => ChildProcess) {
  const made: { number: string | undefined; child: ChildProcess }[] = [];
  const host = {
    log: { follow: () => {}, tail: () => 'the end of the log' },
    spawn: ([program, , number]: string[]) => {
      const pinned = program === 'taskset';
      const child = start(pinned);
      made.push({ number: pinned ? number : undefined, child });
      return child;
    },
  };
  return { host: host as unknown as Host, made };
}

test('the load tells of a processor that stood still, though no client did', async () => {
  const { host, made } = hostOf((pinned) => answering(pinned ? 300 : 5));
  try {
    const { stallMs } = await new Workload(host, ['cache:11211']).lap();
    expect(stallMs).toBe(300);
    expect(made.flatMap(({ number = [] }) => number)).toEqual(processors().slice(0, 4).map(String));
  } finally {
    for (const { child } of made) child.kill();
  }
});

test('a client that ended before it was asked is an error, and no wait', async () => {
  const { host, made } = hostOf(() => spawn('false'));
  const workload = new Workload(host, ['cache:11211']);
  await Promise.all(made.map(({ child }) => once(child, 'close')));
  await expect(workload.lap()).rejects.toThrow('the client process of memcached ended with 1: the end of the log');
});
