import { setTimeout as sleep } from 'node:timers/promises';
import { addTallies, type Tally } from '../load/tally';
import type { Workload } from '../load/workload';
import type { Window } from '../report/report';

/** The seconds after the return at which a window ends and the next begins. */
const borders = [1, 2, 4, 8];

/** Looks for stale reads after a node's return, for so long. */
export async function watch(workload: Workload, forMs: number): Promise<{ tally: Tally; windows: Window[] }> {
  const returnedAt = Date.now();
  const tallies: Tally[] = [];
  const windows: Window[] = [];
  const ends = [...borders.filter((seconds) => seconds * 1000 < forMs), forMs / 1000];
  for (const [i, end] of ends.entries()) {
    await sleep(returnedAt + end * 1000 - Date.now());
    const tally = await workload.lap();
    tallies.push(tally);
    windows.push(windowOf(`${ends[i - 1] ?? 0}-${end} s`, tally));
  }
  return { tally: addTallies(tallies), windows };
}

export const windowOf = (name: string, { hits, misses, staleReads }: Tally): Window => ({
  name,
  reads: hits + misses,
  staleReads,
});
