import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterPlan } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';
import { held, store } from '../cloud/memcached';
import { type Changes, changesOf, describe, updateCloud } from '../cloud/update';
import { addTallies } from '../load/tally';
import type { Workload } from '../load/workload';
import { updatePromises } from '../report/promises';
import type { ScenarioReport } from '../report/report';
import { countsOf, figuresOf, round } from './run';
import { windowOf } from './watch';

const leadMs = 1_000;
const tailMs = 4_000;

/**
 * Keys that nobody overwrites: what becomes of them is the update's doing alone. So many that the share that a hash moves
 * differs little from the share that it should.
 */
const restingKeys = Array.from({ length: 20_000 }, (_, i) => `resting-${i}`);

/** Updates a cluster under load, and counts what clients saw and what became of the keys. */
export async function runUpdate(
  cloud: Cloud,
  to: ClusterPlan,
  workload: Workload,
  progress: (line: string) => void,
): Promise<ScenarioReport> {
  const changes = changesOf(cloud.plan, to);
  const broken = describe(changes);
  const bounds = { moved: movedShare(changes, to), rolled: rolledShare(changes, to) };
  const server = () => cloud.proxyServers()[0]!;
  await store(server().host, server().port, restingKeys);
  await workload.prime();
  const before = await cloud.heldBy(restingKeys);
  const removedNames = changes.removed.map(({ name }) => name);
  const removedKeys = new Set(removedNames.flatMap((name) => [...before.get(name)!]));

  await workload.start();
  await sleep(leadMs);
  const lead = await workload.lap();
  const startedAt = Date.now();
  await Promise.race([updateCloud(cloud, to, progress), cloud.failure]);
  await cloud.untilHealthy();
  const updatedAt = Date.now();
  const during = await workload.lap();
  await sleep(tailMs);
  const after = await workload.stop();

  const found = await held(server().host, server().port, restingKeys);
  const now = await cloud.heldBy(restingKeys);
  const staying = [...before].filter(([name]) => now.has(name) && !changes.rolled.some((node) => node.name === name));
  const dropped = staying.reduce(
    (sum, [name, keys]) => sum + [...keys].filter((key) => !now.get(name)!.has(key)).length,
    0,
  );
  const tally = addTallies([lead, during, after]);
  const counts = countsOf(tally);
  const lostShare = round(1 - found.size / restingKeys.length, 4);
  return {
    name: 'update',
    ...figuresOf(tally),
    recoverySeconds: round((updatedAt - startedAt) / 1000, 1),
    whileBroken: countsOf(during),
    disturbedSeconds: round(Math.max(0, tally.lastRetryAt - startedAt) / 1000, 1),
    broken,
    windows: [windowOf('during', during), windowOf(`0-${tailMs / 1000} s`, after)],
    lostNodes: removedNames,
    lostKeyShare: lostShare,
    alarms: [],
    promises: updatePromises(counts, {
      lostShare,
      boundShare: Math.min(1, bounds.moved + bounds.rolled + removedKeys.size / restingKeys.length),
      staying: staying.length,
      dropped,
    }),
  };
}

/** The share of the keys whose place is on a node that is new: in a pool of each zone, or in one of all. */
function movedShare({ added }: Changes, to: ClusterPlan): number {
  const pools =
    to.topology === 'sharded' ? [to.nodes] : to.zones.map((zone) => to.nodes.filter((node) => node.zone === zone));
  const names = new Set(added.map(({ name }) => name));
  return Math.max(...pools.map((pool) => pool.filter(({ name }) => names.has(name)).length / pool.length));
}

/** Of nodes that come back empty, where no other zone has their keys. */
function rolledShare({ rolled }: Changes, to: ClusterPlan): number {
  if (to.topology === 'sharded') return rolled.length / to.nodes.length;
  const zones = new Set(rolled.map(({ zone }) => zone));
  return zones.size === to.zones.length ? 1 : 0;
}
