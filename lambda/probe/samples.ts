import { setTimeout as wait } from 'node:timers/promises';
import { inParallel } from '../../lib/contract/in-parallel';
import { converse, type Ask } from './conversation';
import type { Address } from '../../lib/contract/probe-event';
import { rates, type Counted, type Figures } from './rates';

/** How long a target is left to itself that no earlier run has asked, so that its counters grow. */
const APART_MS = 3000;

/** What a process said longer ago tells nothing of now: an environment may sleep for hours. */
const FORGOTTEN_MS = 10 * 60 * 1000;

/** A Lambda function may have 1024 files open. */
const AT_ONCE = 256;

/** Who is asked, and how. */
export interface Target<Name extends string, Sample extends Unsampled<Name>> {
  /** Where it answers, or why nobody knows. */
  readonly address: Address | Error;
  readonly ask: (ask: Ask) => Promise<Sample>;
}

type Unsampled<Name extends string> = Omit<Counted<Name>, 'at'>;

/** What came of asking. */
export type Outcome<Name extends string, Sample> = Answer<Name, Sample> | { readonly error: string };

interface Answer<Name extends string, Sample> {
  readonly sample: Sample;
  readonly rates: Figures<Name>;
  readonly milliseconds: number;
  readonly isFirst: boolean;
}

/** Asks targets of one kind, and remembers what they said for as long as the process lives. */
export class Samples<Name extends string, Sample extends Unsampled<Name>> {
  private memory = new Map<string, Counted<Name>>();

  constructor(
    private readonly apartMs = APART_MS,
    private readonly atOnce = AT_ONCE,
  ) {}

  /** Asks each; those that are asked for the first time twice, so that every run tells rates. */
  async take(targets: readonly Target<Name, Sample>[], deadline: number): Promise<Outcome<Name, Sample>[]> {
    const outcomes = await inParallel(this.atOnce, targets, (target) => this.askOnce(target, deadline));
    const fresh = outcomes.flatMap((outcome, i) => ('sample' in outcome && outcome.isFirst ? [i] : []));
    if (fresh.length > 0) {
      await wait(this.apartMs);
      await inParallel(this.atOnce, fresh, async (i) => (outcomes[i] = await this.askOnce(targets[i], deadline)));
    }
    const keys = new Set(targets.map(keyOf));
    this.memory = new Map([...this.memory].filter(([key]) => keys.has(key)));
    return outcomes;
  }

  private async askOnce(target: Target<Name, Sample>, deadline: number): Promise<Outcome<Name, Sample>> {
    const { address, ask } = target;
    if (address instanceof Error) return { error: address.message };
    const start = performance.now();
    try {
      const sample = await converse(address, deadline, ask);
      const milliseconds = performance.now() - start;
      const now = { ...sample, at: Date.now() };
      const key = keyOf(target);
      const remembered = this.memory.get(key);
      const before = remembered && now.at - remembered.at < FORGOTTEN_MS ? remembered : undefined;
      // Where nothing is counted, nothing comes of asking again.
      const counts = Object.keys(now.counters).length > 0;
      if (counts) this.memory.set(key, now);
      const isFirst = before === undefined && counts;
      return { sample, rates: before ? rates(before, now) : {}, milliseconds, isFirst };
    } catch (error) {
      return { error: (error as Error).message };
    }
  }
}

function keyOf({ address }: { readonly address: Address | Error }): string {
  return address instanceof Error ? '' : `${address.host}:${address.port}`;
}
