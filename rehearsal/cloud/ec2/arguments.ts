/** What a stand-in answers: an exit code, and text that goes to stdout on success and to stderr otherwise. */
export interface Answer {
  readonly code: number;
  readonly text: string;
}

export const done = (text = ''): Answer => ({ code: 0, text });
export const failed = (code: number, text: string): Answer => ({ code, text });

export interface Parsed {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/**
 * Splits options from the rest, which begins at the first word that is no option (where an image's name stands).
 * `flags` take no value, `valued` take one. An option that is in neither is an error: what the rehearsal does not know
 * it must not ignore.
 */
export function parse(words: readonly string[], flags: readonly string[], valued: readonly string[]): Parsed {
  const options = new Map<string, string[]>();
  let i = 0;
  for (; i < words.length && words[i]!.startsWith('-') && words[i] !== '-'; i++) {
    const [name = '', ...attached] = words[i]!.split('=');
    if (flags.includes(name) && attached.length === 0) {
      options.set(name, []);
    } else if (valued.includes(name)) {
      const value = attached.length > 0 ? attached.join('=') : words[++i];
      if (value === undefined) throw new Error(`flag needs an argument: ${name}`);
      options.set(name, [...(options.get(name) ?? []), value]);
    } else {
      throw new Error(`unknown flag: ${name} (the rehearsal's stand-in does not know it)`);
    }
  }
  return { options, rest: words.slice(i) };
}
