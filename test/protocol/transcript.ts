import { KEY_FORMS, type Keys } from './templates';
import type { Turn } from './wire';

const LONG = 60;

/**
 * The answers of a case as lines that can be compared, step by step: keys by their form, CAS ids by the order in which
 * they first came, long runs of one letter by their length. Times are left as they are: `sameLine` allows for the tick.
 */
export function transcript(turns: readonly Turn[], keys: Keys): string[][] {
  const ids = new Map<string, string>();
  const numbered = (id: string): string => {
    if (id === '0') return '0';
    if (!ids.has(id)) ids.set(id, `#${ids.size + 1}`);
    return ids.get(id)!;
  };
  return turns.map(({ text, end }) => [
    ...linesOf(named(text, keys)).map((line) => withoutIds(line, numbered)),
    ...(end === 'answered' ? [] : [end]),
  ]);
}

/** The forms' keys begin with one another's, so the longest comes first. */
function named(text: string, keys: Keys): string {
  const forms = Object.keys(KEY_FORMS)
    .filter((form) => keys[form] !== undefined)
    .sort((x, y) => keys[y]!.length - keys[x]!.length);
  return forms.reduce((done, form) => done.replaceAll(keys[form]!, `{${form}}`), text);
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\r\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) =>
    line
      .replace(new RegExp(`(.)\\1{${LONG},}`, 'g'), (run) => `{${run[0]}*${run.length}}`)
      .replace(/^$/, '(an empty line)')
      .replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`),
  );
}

function withoutIds(line: string, numbered: (id: string) => string): string {
  return line
    .replace(/^(VALUE \S+ \d+ \d+ )(\d+)$/, (_, start: string, id: string) => start + numbered(id))
    .replace(/^((?:HD|VA|NS|EX|NF)\b.*? c)(\d+)(?= |$)/, (_, start: string, id: string) => start + numbered(id))
    .replace(/^(ME .* cas=)(\d+)/, (_, start: string, id: string) => start + numbered(id));
}

/** Whether both lines say the same: seconds may differ by three, by as much as two servers' clocks tick apart. */
export function sameLine(one: string | undefined, other: string | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  const [words, others] = [one.split(' '), other.split(' ')];
  return words.length === others.length && words.every((word, i) => word === others[i] || sameTime(word, others[i]!));
}

function sameTime(one: string, other: string): boolean {
  const [seconds, others] = [one, other].map((word) => /^(?:t|l|exp=|la=)(\d+)$/.exec(word)?.[1]);
  return seconds !== undefined && others !== undefined && Math.abs(Number(seconds) - Number(others)) <= 3;
}

export interface Difference {
  readonly plain: string;
  readonly proxied: string;
}

/** The first lines that differ in each step. What is not asked any more, after the end of a connection, is not compared. */
export function differences(plain: readonly string[][], proxied: readonly string[][]): Difference[] {
  return plain.flatMap((lines, step) => {
    const others = proxied[step];
    if (others === undefined) return [];
    for (let i = 0; i < Math.max(lines.length, others.length); i++) {
      if (!sameLine(lines[i], others[i])) return [{ plain: lines[i] ?? '', proxied: others[i] ?? '' }];
    }
    return [];
  });
}
