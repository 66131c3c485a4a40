import { SizeRoundingBehavior, Token, type Duration, type Size } from 'aws-cdk-lib';
import { inputError } from './errors';

/** What a number given by the user has to be. */
interface NumberRange {
  readonly min: number;
  readonly max?: number;
  /** What to change when the number is wrong, to end the message. */
  readonly advice: string;
}

/** Fails unless the value is a whole number within the range and known at synthesis. */
export function knownInteger(name: string, value: number, range: NumberRange): number {
  knownNumber(name, value);
  const { min, max = Infinity, advice } = range;
  if (!Number.isInteger(value) || value < min || value > max) {
    const bounds = max === Infinity ? `${min} or more` : `between ${min} and ${max}`;
    throw inputError({ got: `${name} is ${value}`, expected: `a whole number ${bounds}`, advice });
  }
  return value;
}

/** Fails unless the value is a share of a whole, more than none of it, and known at synthesis. */
export function knownShare(name: string, value: number, { advice }: Pick<NumberRange, 'advice'>): number {
  knownNumber(name, value);
  if (!(value > 0 && value <= 1))
    throw inputError({ got: `${name} is ${value}`, expected: 'more than 0, up to 1', advice });
  return value;
}

/** Fails unless the value is whole seconds within the range and known at synthesis. */
export function knownSeconds(name: string, value: Duration, range: NumberRange): number {
  return knownInteger(`${name} in seconds`, knownDuration(name, value) / 1000, range);
}

/** Fails unless the value is whole milliseconds within the range and known at synthesis. */
export function knownMilliseconds(name: string, value: Duration, range: NumberRange): number {
  return knownInteger(`${name} in milliseconds`, knownDuration(name, value), range);
}

/** Fails unless the value is whole minutes within the range and known at synthesis. */
export function knownMinutes(name: string, value: Duration, range: NumberRange): number {
  return knownInteger(`${name} in minutes`, knownDuration(name, value) / 60_000, range);
}

/** Fails unless the value is whole KiB within the range and known at synthesis. */
export function knownKibibytes(name: string, value: Size, range: NumberRange): number {
  const kibibytes = knownSize(name, value).toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  return knownInteger(`${name} in KiB`, kibibytes, range);
}

/** Fails unless the value is whole MiB within the range and known at synthesis. */
export function knownMebibytes(name: string, value: Size, range: NumberRange): number {
  const mebibytes = knownSize(name, value).toMebibytes({ rounding: SizeRoundingBehavior.NONE });
  return knownInteger(`${name} in MiB`, mebibytes, range);
}

/** Fails unless the value is text: a token is, too. */
export function knownText(name: string, value: string): string {
  if (typeof value !== 'string') throw wrongType(name, value, 'text');
  return value;
}

/** Fails unless the value is true or false. Untyped code may give `'false'`, which would be true. */
export function knownBoolean(name: string, value: boolean): boolean {
  if (typeof value !== 'boolean') throw wrongType(name, value, 'true or false');
  return value;
}

/** Fails unless the value is a list of values that are well, each by itself. */
export function knownList<T>(name: string, value: T[], check: (name: string, each: T) => void): T[] {
  if (!Array.isArray(value)) throw wrongType(name, value, 'a list');
  if (Token.isUnresolved(value)) throw unknown(name, 'a list');
  value.forEach((each) => check(`an element of ${name}`, each));
  return value;
}

/** Fails unless the value is one of the enum's. */
export function knownMember<T extends string>(name: string, value: T, members: Record<string, T>): T {
  const known = Object.values(members);
  if (known.includes(value)) return value;
  const expected = `one of ${known.map((each) => `'${each}'`).join(', ')}`;
  throw inputError({ got: `${name} is ${shown(value)}`, expected, advice: 'take a member of the enum' });
}

/** Checks what was given, where it was: null is nothing, to untyped code. */
export function whereGiven<T>(value: T | undefined, check: (value: T) => T): T | undefined {
  return value === undefined || value === null ? undefined : check(value);
}

/**
 * Fails unless the value is an object with a member that is used of it, whatever its class is: there may be two copies of a
 * library.
 */
export function having<T extends object>(name: string, value: T, member: string, expected: string): T {
  if (typeof value !== 'object' || value === null || !(member in value)) throw wrongType(name, value, expected);
  return value;
}

function wrongType(name: string, value: unknown, expected: string): Error {
  return inputError({ got: `${name} is ${shown(value)}`, expected, advice: 'give it a value of that type' });
}

/** A value in a message, whatever it is. */
export function shown(value: unknown): string {
  if (Token.isUnresolved(value)) return 'a token';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function knownNumber(name: string, value: number): void {
  if (Token.isUnresolved(value)) throw unknown(name, 'a number');
  if (typeof value !== 'number') throw wrongType(name, value, 'a number');
}

function knownSize(name: string, value: Size): Size {
  having(name, value, 'toKibibytes', 'a Size');
  if (value.isUnresolved()) throw unknown(name, 'a size');
  return value;
}

function knownDuration(name: string, value: Duration): number {
  having(name, value, 'toMilliseconds', 'a Duration');
  if (value.isUnresolved()) throw unknown(name, 'a duration');
  return value.toMilliseconds({ integral: false });
}

function unknown(name: string, kind: string): Error {
  return inputError({
    got: `${name} is a token`,
    expected: `${kind} known at synthesis`,
    advice: 'pass a literal or a context value',
  });
}
