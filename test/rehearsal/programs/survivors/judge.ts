/** What befalls clients: idle connections are forgotten, the address moves, a zone is lost. */
export type Event = 'idle' | 'moved' | 'lost';

/** An operation with all its attempts. Times are in milliseconds. */
interface Operation {
  readonly start: number;
  readonly end: number;
  readonly attempts: number;
  readonly well: boolean;
}

/** One that takes longer has waited for something. */
const NORMAL_MS = 500;

/** In the lines of a loop: of each operation when it began and ended, how many attempts it took, and whether it went well. */
export function operationsIn(said: string): Operation[] {
  return said
    .split('\n')
    .map((line) => line.split(' '))
    .filter((words) => words.length === 4)
    .map(([start, end, attempts, outcome]) => ({
      start: Number(start),
      end: Number(end),
      attempts: Number(attempts),
      well: outcome === 'well',
    }));
}

export interface Judgement {
  readonly failed: number;
  /** The most that one operation took. */
  readonly attempts: number;
  /** From then on each operation went well at once; nothing where that was not so at the end. */
  readonly normalAfterMs: number | null;
}

/** Of the operations that ended in a window of time. */
export function judge(operations: readonly Operation[], from: number, until: number): Judgement {
  const seen = operations.filter(({ end }) => end >= from && end < until);
  const isNormal = ({ start, end, attempts, well }: Operation) => well && attempts === 1 && end - start < NORMAL_MS;
  const last = seen.at(-1);
  const lastTroubled = seen.filter((each) => !isNormal(each)).at(-1);
  const normal = last !== undefined && isNormal(last) && last.end > until - 2 * NORMAL_MS;
  return {
    failed: seen.filter(({ well }) => !well).length,
    attempts: Math.max(0, ...seen.map(({ attempts }) => attempts)),
    normalAfterMs: normal ? Math.max(0, (lastTroubled?.end ?? from) - from) : null,
  };
}
