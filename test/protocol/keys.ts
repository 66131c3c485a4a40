import type { Case } from './case';
import { PROXY } from './processes';
import { formsIn, KEY_FORMS, type Keys } from './templates';
import { converse, type Address } from './wire';

const CANDIDATES = 30;

/** Which node holds a key is found by storing it: how keys are hashed is the proxy's own matter. */
export class KeyRing {
  private constructor(
    private readonly homes: ReadonlyMap<string, number>,
    private readonly places: ReadonlyMap<Case, number>,
  ) {}

  /** Without nodes every node holds every key. */
  static async measure(nodes: readonly Address[], corpus: readonly Case[]): Promise<KeyRing> {
    const places = new Map(corpus.map((each, i) => [each, i]));
    const homes = new Map<string, number>();
    if (nodes.length === 0) return new KeyRing(homes, places);
    const all = corpus.flatMap((each) => used(each).flatMap((form) => candidates(form, places.get(each)!)));
    const keys = all.filter((key) => key.length <= 250);
    await bulk(PROXY, keys, (key) => `ms ${key} 1 q\r\n1`);
    for (const [i, node] of nodes.entries()) {
      for (const key of (await bulk(node, keys, (each) => `mg ${each} k q`)).matchAll(/^HD k(\S+)/gm)) {
        homes.set(key[1]!, i + 1);
      }
    }
    await bulk(PROXY, keys, (key) => `md ${key} q`);
    return new KeyRing(homes, places);
  }

  homeOf(key: string): number | undefined {
    return this.homes.get(key);
  }

  any(each: Case): Keys {
    return this.of(each, () => true);
  }

  /** Keys for a case, all on nodes that fit. */
  of(each: Case, fits: (home: number) => boolean): Keys {
    const keys: Record<string, string> = {};
    for (const form of used(each)) {
      const all = candidates(form, this.places.get(each)!);
      // A key that is too long has no home: every node refuses it.
      const found = this.homes.size === 0 || form === 'k251' ? all[0] : all.find((key) => fits(this.homes.get(key)!));
      if (found === undefined) throw new Error(`none of ${all.length} keys is on a node that fits`);
      keys[form] = found;
    }
    return keys;
  }
}

/** The plain key is what others are named by, so every case has it. */
const used = (each: Case): string[] => [...new Set(['k', ...formsIn([...(each.before ?? []), ...each.send])])];

const candidates = (form: string, place: number): string[] =>
  Array.from({ length: CANDIDATES }, (_, i) => KEY_FORMS[form]!(`c${place}-${i}-`));

async function bulk(to: Address, keys: readonly string[], request: (key: string) => string): Promise<string> {
  const batches: string[] = [];
  for (let i = 0; i < keys.length; i += 500) {
    batches.push(
      `${keys
        .slice(i, i + 500)
        .map(request)
        .join('\r\n')}\r\n`,
    );
  }
  const turns = await converse(
    to,
    batches.map((text) => ({ raw: [text] })),
    {},
  );
  if (turns.some(({ end }) => end !== 'answered')) throw new Error('a node did not answer for its keys');
  return turns.map(({ text }) => text).join('');
}
