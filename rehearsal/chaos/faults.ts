import { setTimeout as sleep } from 'node:timers/promises';
import type { Aim, End } from './targets';

/** What may happen to a part of a cluster. */
export interface Fault {
  readonly name: string;
  readonly says: string;
  readonly how: 'kill' | 'hang' | 'cut' | 'refuse';
  /** How long it lasts. What was killed stays dark for as long as its target says. */
  readonly lastsMs: number;
  /** Comes and goes, so often. */
  readonly everyMs?: number;
  /** Whether what it struck may be back in service, and read, before it ends. */
  readonly returnsMeanwhile?: true;
  /** How long stale reads are looked for after it. */
  readonly watchedMs: number;
}

/**
 * A proxy's own time-outs are 0.2 s, its quarantine of a node that returned is 4.8 s; the load balancer takes a target out
 * within 10 s; what was sent into a link that is down is sent again for as long as it was down.
 */
export const faults: readonly Fault[] = [
  { name: 'kill', says: 'ends at once', how: 'kill', lastsMs: 0, returnsMeanwhile: true, watchedMs: 4_000 },
  { name: 'hang-1s', says: 'stands still for 1 s', how: 'hang', lastsMs: 1_000, watchedMs: 6_000 },
  {
    name: 'hang-5s',
    says: 'stands still for 5 s',
    how: 'hang',
    lastsMs: 5_000,
    returnsMeanwhile: true,
    watchedMs: 6_000,
  },
  {
    name: 'hang-30s',
    says: 'stands still for 30 s',
    how: 'hang',
    lastsMs: 30_000,
    returnsMeanwhile: true,
    watchedMs: 6_000,
  },
  { name: 'cut-10s', says: 'its link is down for 10 s', how: 'cut', lastsMs: 10_000, watchedMs: 8_000 },
  {
    name: 'flap',
    says: 'its link is down every other second, for 10 s',
    how: 'cut',
    lastsMs: 10_000,
    everyMs: 1_000,
    returnsMeanwhile: true,
    watchedMs: 6_000,
  },
  { name: 'refuse', says: 'refuses what is sent to it for 10 s', how: 'refuse', lastsMs: 10_000, watchedMs: 6_000 },
];

/** Whether the fault can happen to it. */
export const canStrike = ({ how }: Fault, aim: Aim): boolean => aim[how] !== undefined;

/** Begins the fault. Gives back what ends it. */
export async function strike({ how, everyMs }: Fault, aim: Aim): Promise<End> {
  const begin = async (): Promise<End> => aim[how]!();
  const end = await begin();
  return everyMs === undefined ? end : comeAndGo(begin, end, everyMs);
}

/** Ends it, begins it again, and so on. */
function comeAndGo(begin: () => Promise<End>, firstEnd: End, everyMs: number): End {
  const over = new AbortController();
  const pause = () => sleep(everyMs, undefined, { signal: over.signal }).catch(() => {});
  const turn = async (end: End): Promise<void> => {
    await pause();
    await end();
    await pause();
  };
  const run = async () => {
    await turn(firstEnd);
    // What has been replaced meanwhile is left in peace.
    while (!over.signal.aborted) await turn(await begin().catch(() => async () => {}));
  };
  const running = run();
  running.catch(() => {}); // awaited at the end
  return async () => {
    over.abort();
    await running;
  };
}
