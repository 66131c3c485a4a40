import { setTimeout as sleep } from 'node:timers/promises';
import type { Monitor } from '../alarms/monitor';
import type { Cloud } from '../cloud/cloud';
import { delays } from '../cloud/delays';
import type { Workload } from '../load/workload';
import { addTallies, percentile, type Tally } from '../load/tally';
import { alarmPromises, type Counts, hitRatioOf, promisesOf } from '../report/promises';
import type { ScenarioReport } from '../report/report';
import { Minutes } from './minutes';
import type { Scenario } from './scenario';

/** The load runs so long before a fault, and after everything is in service again. */
const leadMs = 1_000;
const tailMs = 2_000;
/** How long the load runs when nothing is broken. */
const healthyMs = 6_000;

/** Runs one scenario under load and counts what clients saw, and with a monitor which alarms would have fired. */
export async function runScenario(
  scenario: Scenario,
  cloud: Cloud,
  workload: Workload,
  monitor?: Monitor,
): Promise<ScenarioReport> {
  await workload.prime();
  const { topology, alarms } = cloud.plan;
  const lost = scenario.lostNodes(cloud);
  const lostShare = topology === 'sharded' ? await cloud.shareOf(lost, workload.keys) : 0;
  const minutes = new Minutes(monitor);
  const told = scenario.toldBy?.(cloud.plan);

  await workload.start();
  await sleep(leadMs);
  await minutes.before();
  const lead = await workload.lap();
  const struckAt = Date.now();
  const broken = await Promise.race([scenario.strike(cloud), cloud.failure]);
  let lastedMinutes: number | undefined;
  let healthyAt = struckAt;
  if (broken === undefined) {
    await Promise.all([sleep(healthyMs), minutes.healthy(scenario.name)]);
    await cloud.untilHealthy();
  } else {
    minutes.strike(scenario.name);
    if (told) lastedMinutes = await minutes.untilDecided();
    const mended = mend(scenario, cloud).then(() => void (healthyAt = Date.now()));
    await (told ? mended : minutes.whileMending(mended));
  }
  const fault = await workload.lap();
  await Promise.all([sleep(tailMs), broken === undefined ? undefined : minutes.after()]);
  const tally = addTallies([lead, fault, await workload.stop()]);

  const counts = countsOf(tally);
  return {
    name: scenario.name,
    ...counts,
    recoverySeconds: round((healthyAt - struckAt) / 1000, 1),
    p50Ms: percentile(tally.latenciesMs, 50),
    p99Ms: percentile(tally.latenciesMs, 99),
    hitRatio: round(hitRatioOf(counts), 5),
    whileBroken: broken === undefined ? undefined : countsOf(fault),
    reconnects: tally.retries,
    disturbedSeconds: round(Math.max(0, tally.lastRetryAt - struckAt) / 1000, 1),
    stallMs: tally.stallMs,
    broken,
    lastedMinutes,
    lostNodes: lost,
    lostKeyShare: topology === 'sharded' ? round(lostShare, 4) : undefined,
    errorMessages: [...new Set(tally.errorMessages)].slice(0, 5),
    alarms: minutes.firings,
    promises: [
      ...promisesOf(topology, counts, lostShare),
      ...(monitor && alarms.metric.length > 0 ? alarmPromises(minutes.firings, counts.errors, told) : []),
    ],
    untold: told?.alarms.length === 0 || undefined,
  };
}

/** What went dark stays so for a while; a fault that lasts has lasted already. */
async function mend({ restore, toldBy }: Scenario, cloud: Cloud): Promise<void> {
  if (restore) {
    if (!toldBy) await sleep(delays.outageMs);
    restore(cloud);
  }
  await cloud.untilHealthy();
}

const countsOf = ({ requests, errors, hits, misses, staleReads }: Tally): Counts => ({
  requests,
  errors,
  hits,
  misses,
  staleReads,
});

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
