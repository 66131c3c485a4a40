import { type ChildProcess, spawn } from 'node:child_process';
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

test('the load tells of a processor that stood still, though no client did', async () => {
  const made: { pinned: string | undefined; child: ChildProcess }[] = [];
  const host = {
    log: { follow: () => {}, tail: () => '' },
    spawn: ([program, , number]: string[]) => {
      const pinned = program === 'taskset' ? number : undefined;
      const child = answering(pinned === undefined ? 5 : 300);
      made.push({ pinned, child });
      return child;
    },
  } as unknown as Host;
  try {
    const { stallMs } = await new Workload(host, ['cache:11211']).lap();
    expect(stallMs).toBe(300);
    const watched = made.flatMap(({ pinned = [] }) => pinned);
    expect(watched).toEqual(processors().slice(0, 4).map(String));
  } finally {
    for (const { child } of made) child.kill();
  }
});
