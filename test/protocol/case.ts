/**
 * What is sent in one go. In text ` / ` stands for the end of a line, and the last line's end is added; raw text is
 * sent as it is, each of its parts in a packet of its own. `templates.ts` says what may stand in braces.
 */
export type Step = string | { readonly raw: readonly string[] } | { readonly waitSeconds: number };

/** A conversation over one connection, with keys that no other case has. */
export interface Case {
  readonly name: string;
  /** What was stored before a node was lost. */
  readonly before?: readonly Step[];
  readonly send: readonly Step[];
  /** It touches more than its own keys, so that no other case may run beside it. */
  readonly alone?: boolean;
}
