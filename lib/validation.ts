import { Token, type Duration } from 'aws-cdk-lib';
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
  if (Token.isUnresolved(value)) throw unknown(name, 'a number');
  const { min, max = Infinity, advice } = range;
  if (!Number.isInteger(value) || value < min || value > max) {
    const bounds = max === Infinity ? `${min} or more` : `between ${min} and ${max}`;
    throw inputError({ got: `${name} is ${value}`, expected: `a whole number ${bounds}`, advice });
  }
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

function knownDuration(name: string, value: Duration): number {
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
