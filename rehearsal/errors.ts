/** A problem the user can fix: printed as one line, without a stack trace. */
export class RehearsalError extends Error {
  constructor(
    message: string,
    readonly exitCode = 2,
  ) {
    super(message);
    this.name = 'RehearsalError';
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
