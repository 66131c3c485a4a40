import type { ClusterPlan, Topology } from '../assembly/plan';
import { type Fault, faults } from './faults';
import { otherNodes, type Target, targets } from './targets';

/** One fault of one target, or a second one some time after the target of the first is back. */
export interface Cell {
  readonly name: string;
  readonly target: Target;
  readonly fault: Fault;
  readonly before?: { readonly target: Target; readonly fault: Fault; readonly restMs: number };
}

/** What makes no sense, and why. */
export interface LeftOut {
  readonly targets: readonly string[];
  readonly faults: readonly string[];
  readonly reason: string;
}

export const leftOut: readonly LeftOut[] = [
  {
    targets: ['near-link', 'far-link'],
    faults: ['kill', 'hang-1s', 'hang-5s', 'hang-30s'],
    reason: 'a path has no process that could end or stand still',
  },
];

const makesSense = (target: Target, fault: Fault): boolean =>
  !leftOut.some((each) => each.targets.includes(target.name) && each.faults.includes(fault.name));

const named = (list: readonly { readonly name: string }[], name: string) => list.find((each) => each.name === name)!;

const [node, kill] = [named(targets, 'node') as Target, named(faults, 'kill') as Fault];

/** Two faults in a row. */
const pairs: readonly Cell[] = [
  { name: 'second-fault', target: otherNodes, fault: kill, before: { target: node, fault: kill, restMs: 30_000 } },
];

/** The matrix, in the order in which it runs. */
export const cells: readonly Cell[] = [
  ...targets.flatMap((target) =>
    faults
      .filter((fault) => makesSense(target, fault))
      .map((fault): Cell => ({ name: `${target.name}/${fault.name}`, target, fault })),
  ),
  ...pairs,
];

/** What `--only` understands: a cell, all of a target, or all of a fault. */
export const cellNames: readonly string[] = [
  ...new Set([...targets.map(({ name }) => name), ...faults.map(({ name }) => name), ...cells.map(({ name }) => name)]),
];

/** The cells of a cluster that were asked for. */
export function cellsOf(plan: ClusterPlan, only?: readonly string[]): Cell[] {
  const asked = ({ name }: Cell) =>
    only === undefined || [name, ...name.split('/')].some((each) => only.includes(each));
  return cells.filter((cell) => asked(cell) && cell.target.lacks?.(plan) === undefined);
}

/** The cells of a ready-made stack. */
export const cellNamesOf = (topology: Topology): string[] =>
  cells.filter(({ before }) => before === undefined || topology === 'replicated').map(({ name }) => name);
