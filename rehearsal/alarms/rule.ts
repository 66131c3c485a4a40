import { RehearsalError } from '../errors';
import type { AlarmState } from './evaluate';

/** The state of an alarm, by its ARN or name. */
export type StateOf = (id: string) => AlarmState;

const token = /[()]|"[^"]*"|[^\s()"]+/g;

/**
 * Whether the rule of a composite alarm holds, such as `ALARM("a") AND NOT (OK("b") OR TRUE)`. AND goes before OR.
 */
export function holds(rule: string, stateOf: StateOf): boolean {
  const tokens: string[] = rule.match(token) ?? [];
  const fail = (got: string | undefined, expected: string): never => {
    throw new RehearsalError(`the rule of a composite alarm has '${got ?? 'its end'}', expected ${expected}: ${rule}`);
  };
  const take = (expected?: string): string => {
    const next = tokens.shift();
    if (next === undefined || (expected !== undefined && next !== expected)) fail(next, expected ?? 'more');
    return next!;
  };
  // Both sides are read, whatever the first one says.
  const either = (): boolean => {
    const sides = [both()];
    while (tokens[0] === 'OR') {
      take();
      sides.push(both());
    }
    return sides.some(Boolean);
  };
  const both = (): boolean => {
    const sides = [one()];
    while (tokens[0] === 'AND') {
      take();
      sides.push(one());
    }
    return sides.every(Boolean);
  };
  const one = (): boolean => {
    const next = take();
    if (next === 'NOT') return !one();
    if (next === 'TRUE' || next === 'FALSE') return next === 'TRUE';
    if (next === '(') {
      const value = either();
      take(')');
      return value;
    }
    if (next !== 'ALARM' && next !== 'OK' && next !== 'INSUFFICIENT_DATA') fail(next, 'a state');
    take('(');
    const id = take().replaceAll('"', '');
    take(')');
    return stateOf(id) === next;
  };
  const value = either();
  if (tokens.length > 0) fail(tokens[0], 'AND, OR or its end');
  return value;
}
