import type { Step } from './case';

/** The keys of a case, each of a length or form of its own: what stands for them in its text. */
export const KEY_FORMS: Record<string, (name: string) => string> = {
  k: (name) => name,
  k2: (name) => `${name}.2`,
  k3: (name) => `${name}.3`,
  k250: (name) => name.padEnd(250, '-'),
  k251: (name) => name.padEnd(251, '-'),
  b64: (name) => Buffer.from(`\0\x01 ${name}`).toString('base64'),
};

export type Keys = Readonly<Record<string, string>>;

/** The CAS ids that the connection has seen so far. */
export interface Seen {
  first: string;
  last: string;
}

const textsOf = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => (typeof step === 'string' ? [step] : 'raw' in step ? step.raw : []));

/** The forms of keys that a case's steps use. */
export function formsIn(steps: readonly Step[]): string[] {
  const text = textsOf(steps).join('\n');
  return Object.keys(KEY_FORMS).filter((form) => text.includes(`{${form}}`));
}

/** What is written for a step, packet by packet. */
export function packets(step: Exclude<Step, { waitSeconds: number }>, keys: Keys, seen: Seen): Buffer[] {
  const parts = typeof step === 'string' ? [`${step.replaceAll(' / ', '\r\n')}\r\n`] : step.raw;
  return parts.map((part) => Buffer.from(fill(part, keys, seen), 'latin1'));
}

/**
 * `{k}` and its like: a key. `{x*5}`: five letters. `{keys*5}`: five keys in a line. `{sets*5}`: a `set` of each of them.
 * `{cas}`, `{cas1}`: the last and the first CAS id that was answered. `{now+5}`: the clock in five seconds.
 */
function fill(text: string, keys: Keys, seen: Seen): string {
  return text
    .replace(/\{(x|keys|sets|lines)\*(\d+)\}/g, (_, kind: string, count: string) => repeated(kind, Number(count), keys))
    .replace(/\{now([+-]\d+)\}/g, (_, seconds: string) => String(Math.floor(Date.now() / 1000) + Number(seconds)))
    .replaceAll('{cas}', seen.last)
    .replaceAll('{cas1}', seen.first)
    .replace(/\{(\w+)\}/g, (whole, form: string) => keys[form] ?? whole);
}

function repeated(kind: string, count: number, keys: Keys): string {
  if (kind === 'x') return 'x'.repeat(count);
  const many = Array.from({ length: count }, (_, i) => `${keys.k}.${i}`);
  if (kind === 'keys') return many.join(' ');
  if (kind === 'lines') return many.map((key) => `mg ${key} k v\r\n`).join('');
  return many.map((key) => `set ${key} 0 0 2 noreply\r\nvv\r\n`).join('');
}
