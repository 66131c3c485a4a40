import { printable, type Reader } from './conversation';

/** What a server says of itself, by name. */
export type Statistics = Readonly<Partial<Record<string, string>>>;

/** Reads the answer to memcached's `stats`: lines of `STAT name value` up to `END`. */
export const readStatistics: Reader<Statistics> = (text) => {
  const start = text.slice(0, 5);
  if (!'STAT '.startsWith(start) && !'END\r\n'.startsWith(start)) throw unexpected(text);
  if (text !== 'END\r\n' && !text.endsWith('\nEND\r\n')) return undefined;
  const lines = text.split('\r\n').slice(0, -2);
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^STAT (\S+) (.*)$/.exec(line) ?? [];
      if (name === undefined) throw unexpected(line);
      return [name, value];
    }),
  );
};

/** The sum of those of the texts that are numbers, or undefined where none is. */
export function total(...texts: readonly (string | undefined)[]): number | undefined {
  const numbers = texts.filter((text) => text !== undefined && /^\d+(\.\d+)?$/.test(text)).map(Number);
  return numbers.length > 0 ? numbers.reduce((sum, each) => sum + each) : undefined;
}

/** The figures without those that nothing is known of. */
export function known<Name extends string>(figures: Record<Name, number | undefined>): Partial<Record<Name, number>> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as Partial<
    Record<Name, number>
  >;
}

export function unexpected(text: string): Error {
  return new Error(`no statistics: ${printable(text)}`);
}
