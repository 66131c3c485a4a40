import { setTimeout as sleep } from 'node:timers/promises';
import type { Monitor } from '../alarms/monitor';
import type { Cloud } from '../cloud/cloud';
import { addTallies, type Tally } from '../load/tally';
import type { Workload } from '../load/workload';
import { hitRatioOf } from '../report/promises';
import { countsOf, round } from '../scenarios/run';
import { watch } from '../scenarios/watch';
import type { Cell } from './cells';
import { type Fault, strike } from './faults';
import { promisesOf } from './promises';
import type { CellReport } from './report';
import type { Target } from './targets';

/** The load runs so long before a fault. */
const leadMs = 1_000;
/** What still is broken then is taken to last: from then on the probe's minutes follow one another. */
const lastingMs = 5_000;

/** Runs one cell under load, and counts what clients saw. */
export async function runCell(
  cell: Cell,
  cloud: Cloud,
  workload: Workload,
  monitor: Monitor | undefined,
): Promise<CellReport> {
  const { target, fault, before } = cell;
  await cloud.untilRelied();
  await cloud.settle();
  await workload.prime();
  if (target.patient) await workload.patient();
  const { topology } = cloud.plan;
  await workload.start();
  const earlier = before && (await rehearseBefore(before, cloud, workload));
  const lostShare = topology === 'sharded' ? await cloud.shareOf(target.lostNodes(cloud), workload.keys(true)) : 0;
  await monitor?.begin();
  await Promise.all([sleep(leadMs), monitor?.minute()]);
  // After a fault only what was read since is asked for.
  if (!before) await workload.overwrite();
  const lead = await workload.lap();

  const aim = await target.aim(cloud);
  const struckAt = Date.now();
  monitor?.strike(cell.name);
  const end = await Promise.race([strike(fault, aim), cloud.failure]);
  const lastsMs = fault.how === 'kill' ? (target.darkMs ?? fault.lastsMs) : fault.lastsMs;
  const seen = seeAlarms(monitor, lastsMs);
  seen.catch(() => {}); // awaited below
  // The fault ends in time, however long the probe waits for what does not answer.
  await sleep(struckAt + lastsMs - Date.now());
  await workload.watch();
  await end();
  // What was killed comes back by itself, and only then.
  if (fault.how === 'kill') await cloud.untilHealthy();
  const during = await workload.lap();
  let healthyAt = 0;
  const [{ tally: after }] = await Promise.all([
    watch(workload, fault.watchedMs),
    cloud.untilHealthy().then(() => {
      healthyAt = Date.now();
      cloud.beWary();
    }),
  ]);
  const alarmsSeen = await seen;
  const tail = await workload.stop();
  const swept = await workload.sweep();

  const tally = addTallies([...(earlier ? [earlier] : []), lead, during, after, tail, swept]);
  const measured: Omit<CellReport, 'promises'> = {
    cell: cell.name,
    target: target.name,
    fault: fault.name,
    broken: aim.what,
    ...countsOf(tally),
    errorsBy: tally.errorsBy,
    errorMessages: [...new Set(tally.errorMessages)].slice(0, 5),
    hitRatio: round(hitRatioOf(during), 5),
    lostShare: round(lostShare, 4),
    staleDuring: during.staleReads,
    staleAfter: after.staleReads + tail.staleReads + swept.staleReads,
    lostKeys: swept.misses,
    keys: workload.keys().length,
    normalSeconds: round(Math.max(0, tally.lastRetryAt - struckAt) / 1000, 1),
    serviceSeconds: round((healthyAt - struckAt) / 1000, 1),
    alarms: monitor?.firings ?? [],
    alarmsSeen,
    stallMs: tally.stallMs,
  };
  return { ...measured, promises: promisesOf(cell, topology, measured) };
}

/** A fault, its repair, and a time in which a few keys are read. */
async function rehearseBefore(
  { target, fault, restMs }: { target: Target; fault: Fault; restMs: number },
  cloud: Cloud,
  workload: Workload,
): Promise<Tally> {
  const end = await strike(fault, await target.aim(cloud));
  await sleep(fault.lastsMs);
  await end();
  await cloud.untilHealthy();
  await workload.watch();
  await sleep(restMs);
  return workload.lap();
}

/** The probe's minutes while a fault lasts: one at once, the worst case, and more when it goes on. */
async function seeAlarms(monitor: Monitor | undefined, lastsMs: number): Promise<boolean> {
  if (!monitor) return false;
  const end = Date.now() + lastsMs;
  await monitor.minute();
  await sleep(Math.max(0, Math.min(lastingMs, lastsMs) - lastsMs + end - Date.now()));
  while (Date.now() < end) {
    await monitor.minute();
    if (monitor.firings.length > 0 && !monitor.pending) return true;
    await sleep(250);
  }
  return lastsMs > lastingMs && !monitor.pending;
}
