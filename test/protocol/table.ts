import { readFileSync } from 'node:fs';
import type { Observation } from './driver';
import { differences } from './transcript';

export const DOCUMENT = 'docs/protocol.md';

/** A difference where it was seen. */
export interface Found {
  readonly name: string;
  readonly topology: string;
  readonly place: string;
  readonly plain: string;
  readonly proxied: string;
}

/** A row of the document's table. */
export interface Row {
  readonly id: string;
  readonly names: readonly RegExp[];
  readonly places: readonly string[];
  /** It depends on which of two things is done first: "at times" is seen in one case or another, "seldom" need not be. */
  readonly when: 'always' | 'at times' | 'seldom';
  readonly plain: readonly RegExp[];
  readonly proxied: readonly RegExp[];
}

/** What a word of the column `where` means. */
const PLACES: Record<string, (topology: string, place: string) => boolean> = {
  everywhere: (_, place) => place !== 'copies',
  replicated: (topology, place) => topology === 'replicated' && place !== 'copies',
  sharded: (topology, place) => topology === 'sharded' && place !== 'copies',
  'replicated, node lost': (topology, place) => topology === 'replicated' && /^(dead|hung)$/.test(place),
  'replicated, node hung': (topology, place) => topology === 'replicated' && place === 'hung',
  'sharded, all alive': (topology, place) => topology === 'sharded' && place === 'alive',
  'keys of a lost node': (topology, place) => topology === 'sharded' && place.endsWith(' lost'),
  'other copies': (topology, place) => topology === 'replicated' && place === 'copies',
  'the node': (topology, place) => topology === 'sharded' && place === 'copies',
};

export function readTable(text = readFileSync(DOCUMENT, 'utf8')): Row[] {
  const rows = text.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return /^[A-Z]\d+$/.test(cells[1] ?? '') ? [rowOf(cells.slice(1))] : [];
  });
  if (rows.length === 0) throw new Error(`${DOCUMENT} has no row that begins with an id such as A1`);
  return rows;
}

const WHEN = /\((at times|seldom)\)/;

function rowOf([id, names, places, plain, proxied, why]: string[]): Row {
  if (!why) throw new Error(`row ${id} of ${DOCUMENT} gives no reason`);
  const wheres = places!
    .replace(WHEN, '')
    .split(';')
    .map((place) => place.trim());
  for (const place of wheres) {
    if (!(place in PLACES)) throw new Error(`row ${id} is for '${place}', expected ${Object.keys(PLACES).join('; ')}`);
  }
  const when = (WHEN.exec(places!)?.[1] ?? 'always') as Row['when'];
  return {
    id: id!,
    names: patterns(names!),
    places: wheres,
    when,
    plain: patterns(plain!),
    proxied: patterns(proxied!),
  };
}

/** The words in back ticks; `…` stands for anything, a cell of words without any for no line at all. */
function patterns(cell: string): RegExp[] {
  const spans = [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span!.replaceAll('\\|', '|'));
  const escaped = spans.map((span) => span.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*'));
  return [...escaped, ...(/nothing/.test(cell.replace(/`[^`]*`/g, '')) ? [''] : [])].map((text) => RegExp(`^${text}$`));
}

const any = (expressions: readonly RegExp[], text: string): boolean => expressions.some((each) => each.test(text));

const tells = (row: Row, { name, plain, proxied }: Found): boolean =>
  any(row.names, name) && any(row.plain, plain) && any(row.proxied, proxied);

export const rowsOf = (table: readonly Row[], found: Found): Row[] =>
  table.filter((row) => tells(row, found) && row.places.some((where) => PLACES[where]!(found.topology, found.place)));

export const found = (topology: string, { name, place, plain, proxied }: Observation): Found[] =>
  differences(plain, proxied).map((difference) => ({ name, topology, place, ...difference }));

/** What a row says and nothing shows any more: a case's name, or a place. */
export function unseen(table: readonly Row[], all: readonly Found[]): string[] {
  return table.flatMap((row) => {
    const told = all.filter((each) => tells(row, each));
    if (row.when === 'seldom' || (row.when === 'at times' && told.length > 0)) return [];
    if (row.when === 'at times') return [`${row.id}: all of it`];
    return [
      ...row.names.filter((name) => !told.some((each) => name.test(each.name))).map(({ source }) => source),
      ...row.places.filter((where) => !told.some(({ topology, place }) => PLACES[where]!(topology, place))),
    ].map((missing) => `${row.id}: ${missing}`);
  });
}
