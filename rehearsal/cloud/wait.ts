import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a state that no event tells of, and says at the end what was still missing. */
export async function until(missing: () => Promise<string | undefined>, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const what = await missing();
    if (what === undefined) return;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await sleep(100);
  }
}

/** The value, or an error when it takes longer. */
export async function within<T>(timeoutMs: number, promise: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${timeoutMs / 1000} s for ${what()}`)), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
