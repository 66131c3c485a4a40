import type { Topology } from '../assembly/plan';
import { hitBounds } from '../report/promises';
import type { Cell } from './cells';
import { limitOf } from './limits';
import type { CellReport, ChaosPromise } from './report';

/** What the matrix promises of every cell; of hits what the scenarios do. */
export const bounds = {
  errors: 0,
  stale: 0,
  normalSeconds: 5,
} as const;

type Measured = Omit<CellReport, 'promises'>;

export function promisesOf(cell: Cell, topology: Topology, measured: Measured): ChaosPromise[] {
  const { fault } = cell;
  const stale = measured.staleAfter + (fault.returnsMeanwhile ? measured.staleDuring : 0);
  const leastHits = leastHitsOf(cell, topology, measured.lostShare);
  const atMost = (id: ChaosPromise['id'], bound: number, value: number) => ({
    id,
    bound,
    measured: value,
    kept: value <= bound,
  });
  const promises: ChaosPromise[] = [
    atMost('errors', bounds.errors, measured.errors),
    atMost('stale', bounds.stale, stale),
    { id: 'hits', bound: leastHits, measured: measured.hitRatio, kept: measured.hitRatio >= leastHits },
    ...(fault.how === 'kill' || fault.how === 'hang'
      ? [atMost('normal', bounds.normalSeconds, measured.normalSeconds)]
      : []),
  ];
  return promises.map((each) => (each.kept ? each : { ...each, limit: limitOf(each.id, cell.name, topology) }));
}

function leastHitsOf({ before }: Cell, topology: Topology, lostShare: number): number {
  if (before) return hitBounds.afterSecond;
  return topology === 'replicated' ? hitBounds.replicated : 1 - lostShare - hitBounds.allowance;
}
