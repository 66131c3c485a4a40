/**
 * A computer that stands still for so long breaks a time-out of the proxies (0.2 s) by itself. That says nothing about
 * the cluster, so what ran is run again.
 */
const stallLimitMs = 100;
const mostRuns = 3;

interface Run {
  readonly errors: number;
  readonly stallMs: number;
}

/** Runs something, and again when it did not go well on a computer that stood still. */
export async function onSteadyComputer<R extends Run>(
  run: () => Promise<R>,
  wentWell: (result: R) => boolean,
  progress: (line: string) => void,
): Promise<R> {
  for (let count = 1; ; count += 1) {
    const result = await run();
    if (wentWell(result) || result.stallMs < stallLimitMs || count === mostRuns) return result;
    progress(`${result.errors} errors, but this computer stood still for ${result.stallMs} ms: again`);
  }
}
