import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Address, ProbedNode } from '../../lib/contract/probe-event';
import type { ClusterMetricName } from '../../lib/contract/metric-names';
import { converse, printable, type Reader } from './conversation';
import type { Figures } from './rates';

/** How many keys of a group of nodes are compared in a run. */
const KEYS = 100;

/** How many groups of nodes are compared in a run, chosen anew each time. */
const GROUPS = 3;

/** How far into a node's list of keys the sample may lie: of a larger cache the same first part is sampled each time. */
const FARTHEST_BYTES = 512 * 1024;

/** Of a longer value only its length is compared. */
const LONGEST_VALUE = 4096;

/** A write on its way has arrived everywhere by then. */
const AGAIN_MS = 1000;

/** Copies that were written at once expire in the same second, or the next; what renews one, renews all. */
const TTL_SLACK_SECONDS = 5;

/** Notes and canaries of the library itself are not on every node. */
const OWN = 'cdk-memcached';

/** What a node has under a key. */
export interface Copy {
  readonly size: number;

  /** Seconds left, or -1 for ever. */
  readonly ttl: number;

  readonly flags: string;

  /** None of a long value. */
  readonly value?: string;
}

/** What a node has under each key of a sample; nothing where it has none. */
export type Copies = readonly (Copy | undefined)[];

/** A node of each zone that hold the same keys, as far as they have an address. */
type Group = readonly Address[];

/** The nodes that stand at the same place in the pools of their zones: a key is on all of them, or on none. */
export function groupsOf<Node extends Pick<ProbedNode, 'zone'>>(nodes: readonly Node[]): Node[][] {
  const zones = new Map<string, Node[]>();
  for (const node of nodes) zones.set(node.zone, [...(zones.get(node.zone) ?? []), node]);
  const pools = [...zones.values()];
  const smallest = Math.min(...pools.map((pool) => pool.length));
  return Array.from({ length: smallest }, (_, place) => pools.map((pool) => pool[place]));
}

/**
 * Compares the copies of a sample of keys. Whatever fails is left out: that a node does not answer is told elsewhere. There
 * are no figures where no key was compared.
 */
export async function compareCopies(groups: readonly Group[], deadline: number): Promise<Figures<ClusterMetricName>> {
  const chosen = shuffled(groups.filter((group) => group.length > 1)).slice(0, GROUPS);
  const counts = await Promise.all(chosen.map((group) => compareGroup(group, deadline).catch(() => NOTHING)));
  const sum = (name: keyof Count): number => counts.reduce((all, count) => all + count[name], 0);
  const compared = sum('compared');
  if (compared === 0) return {};
  return { CopiesDiffering: sum('differing') / compared, CopiesMissing: sum('missing') / compared };
}

/** The keys that were compared, and those of them of which a copy differs, or is missing. */
export interface Count {
  readonly compared: number;
  readonly differing: number;
  readonly missing: number;
}

const NOTHING: Count = { compared: 0, differing: 0, missing: 0 };

async function compareGroup(group: Group, deadline: number): Promise<Count> {
  const keys = await sampleOf(group[randomInt(group.length)], deadline);
  if (keys.length === 0) return NOTHING;
  const answers = await Promise.allSettled(group.map((node) => askFor(keys, node, deadline)));
  const answering = group.filter((_, i) => answers[i].status === 'fulfilled');
  const first = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  if (first.length < 2) return NOTHING;
  const doubtful = keys.flatMap((_, i) => (isDoubtful(first.map((copies) => copies[i])) ? [i] : []));
  const compared = keys.filter((_, i) => first.some((copies) => copies[i])).length;
  if (doubtful.length === 0) return { ...NOTHING, compared };
  await wait(AGAIN_MS);
  const again = doubtful.map((i) => keys[i]);
  const second = await Promise.all(answering.map((node) => askFor(again, node, deadline)));
  const before = first.map((copies) => doubtful.map((i) => copies[i]));
  return { compared, ...confirmed(before, second) };
}

/**
 * Of copies that were asked for twice, what is wrong both times and stood still in between: a key that is being written
 * differs for a moment, each time anew.
 */
export function confirmed(before: readonly Copies[], now: readonly Copies[]): Omit<Count, 'compared'> {
  let [differing, missing] = [0, 0];
  for (let i = 0; i < before[0].length; i++) {
    const [first, second] = [before, now].map((nodes) => nodes.map((copies) => copies[i]));
    if (!first.every((copy, node) => isSame(copy, second[node]))) continue;
    if (differ(first) && differ(second)) differing++;
    else if (isMissing(first) && isMissing(second)) missing++;
  }
  return { differing, missing };
}

type OfOneKey = readonly (Copy | undefined)[];

function isDoubtful(copies: OfOneKey): boolean {
  return differ(copies) || isMissing(copies);
}

function differ(copies: OfOneKey): boolean {
  const [one, ...others] = copies.filter((copy) => copy !== undefined);
  return others.some((other) => !isSame(one, other) || !expireTogether(one, other));
}

/** What is about to expire may be gone from one node a moment earlier. */
function isMissing(copies: OfOneKey): boolean {
  const held = copies.filter((copy) => copy !== undefined);
  return held.length < copies.length && held.some(({ ttl }) => ttl < 0 || ttl > TTL_SLACK_SECONDS);
}

function isSame(one: Copy | undefined, other: Copy | undefined): boolean {
  return one?.size === other?.size && one?.flags === other?.flags && one?.value === other?.value;
}

function expireTogether(one: Copy, other: Copy): boolean {
  if (one.ttl < 0 || other.ttl < 0) return one.ttl === other.ttl;
  return Math.abs(one.ttl - other.ttl) <= TTL_SLACK_SECONDS;
}

/**
 * Keys that a node has, as the requests that ask for them. The list begins with the first bucket of the node's hash table,
 * so that any part of it is a fair sample; the node stops when the connection is closed.
 */
function sampleOf(node: Address, deadline: number): Promise<string[]> {
  return converse(node, deadline, (ask) => ask('lru_crawler mgdump hash\r\n', readSample(randomInt(FARTHEST_BYTES))));
}

/** The last keys of what has come, when enough has. */
export function readSample(bytes: number): Reader<string[]> {
  return (text, ended) => {
    // The crawler is busy, or the node lists nothing.
    if (/^(BUSY|ERROR|CLIENT_ERROR|SERVER_ERROR)/.test(text)) throw new Error(`no keys: ${printable(text)}`);
    if (text.length < bytes && !/(^|\n)EN\r\n$/.test(text) && !ended) return undefined;
    const keys = text
      .split('\r\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('mg ') && !line.startsWith(`mg ${OWN}`))
      .map((line) => line.slice('mg '.length));
    return text.length < bytes ? shuffled(keys).slice(0, KEYS) : keys.slice(-KEYS);
  };
}

async function askFor(keys: readonly string[], node: Address, deadline: number): Promise<Copies> {
  return converse(node, deadline, async (ask) => {
    const found = [...(await ask(requests(keys, 's t f u'), readCopies(keys.length)))];
    const short = found.flatMap((copy, i) => (copy && copy.size <= LONGEST_VALUE ? [i] : []));
    if (short.length === 0) return found;
    const wanted = short.map((i) => keys[i]);
    const whole = await ask(requests(wanted, 's t f u v'), readCopies(wanted.length));
    short.forEach((i, at) => (found[i] = whole[at]));
    return found;
  });
}

/** Asked with `u`, a key is no younger afterwards. */
const requests = (keys: readonly string[], flags: string): string =>
  keys.map((key) => `mg ${key} ${flags}\r\n`).join('');

/** So many answers to `mg`, with the flags `s`, `t` and `f`, and perhaps with values. */
export function readCopies(count: number): Reader<Copies> {
  return (text) => {
    const copies: (Copy | undefined)[] = [];
    let at = 0;
    while (copies.length < count) {
      const end = text.indexOf('\r\n', at);
      if (end < 0) return undefined;
      const line = text.slice(at, end);
      at = end + 2;
      if (line === 'EN') {
        copies.push(undefined);
        continue;
      }
      const [, held, size, ttl, flags] = /^(?:HD|VA (\d+)) s(\d+) t(-?\d+) f(\d+)/.exec(line) ?? [];
      if (size === undefined) throw new Error(`no copy: ${printable(line)}`);
      const copy = { size: Number(size), ttl: Number(ttl), flags };
      if (held === undefined) {
        copies.push(copy);
        continue;
      }
      const length = Number(held);
      if (text.length < at + length + 2) return undefined;
      copies.push({ ...copy, value: text.slice(at, at + length) });
      at += length + 2;
    }
    return copies;
  };
}

function shuffled<T>(all: readonly T[]): T[] {
  const mixed = [...all];
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = randomInt(i + 1);
    [mixed[i], mixed[other]] = [mixed[other], mixed[i]];
  }
  return mixed;
}
