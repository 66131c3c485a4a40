/** The middle of several rounds, and the least and the most of them. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function figureOf(values: readonly number[]): Figure {
  if (values.length === 0) throw new Error('got no values, expected one a round');
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}

/** Of figures of the same rounds: what disturbs a round disturbs both. */
export const ratioOf = (ours: readonly number[], theirs: readonly number[]): Figure =>
  figureOf(ours.map((value, round) => value / theirs[round]!));

export const differenceOf = (ours: readonly number[], theirs: readonly number[]): Figure =>
  figureOf(ours.map((value, round) => value - theirs[round]!));

/** Something that happened to a client, in milliseconds of the clock. */
export interface ClientEvent {
  readonly at: number;
  readonly kind: 'error' | 'retry' | 'slow';
}

/** Seconds from the fault until the last operation that failed, was tried again, or was slow had ended. */
export const recoverySeconds = (events: readonly ClientEvent[], struckAt: number): number =>
  Math.max(0, ...events.map(({ at }) => at - struckAt)) / 1000;
