import type { IConstruct } from 'constructs';

/** What is wrong with what the user gave, and what to change. */
interface Problem {
  /** Such as `port is 80`. */
  readonly got: string;

  /** Such as `a whole number between 1024 and 65535`. */
  readonly expected: string;

  /** What to change. */
  readonly advice: string;

  /** The construct that it was given to, where there is one. */
  readonly scope?: IConstruct;
}

/** The one form of this library's errors: `port is 80, expected …: leave it out [Stack/Cache]`. */
export function inputError({ got, expected, advice, scope }: Problem): Error {
  return new Error(`${problemText({ got, expected, advice })}${scope?.node ? ` [${scope.node.path}]` : ''}`);
}

/** The same for what CDK reports itself, with a path of its own: a warning, or a finding about the finished tree. */
export function problemText({ got, expected, advice }: Problem): string {
  return `${got}, expected ${expected}: ${advice}`;
}
