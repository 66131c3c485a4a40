import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from '../cloud/cloud';
import type { Workload } from '../load/workload';
import { addTallies, percentile, type Tally } from '../load/tally';
import { type Counts, hitRatioOf, promisesOf } from '../report/promises';
import type { ScenarioReport } from '../report/report';
import type { Scenario } from './scenario';

/** The load runs so long before a fault, and after everything is in service again. */
const leadMs = 1_000;
const tailMs = 2_000;
/** How long the load runs when nothing is broken. */
const healthyMs = 6_000;

/** Runs one scenario under load and counts what clients saw. */
export async function runScenario(scenario: Scenario, cloud: Cloud, workload: Workload): Promise<ScenarioReport> {
  await workload.prime();
  const { topology } = cloud.plan;
  const lost = scenario.lostNodes(cloud);
  const lostShare = topology === 'sharded' ? await cloud.shareOf(lost, workload.keys) : 0;

  await workload.start();
  await sleep(leadMs);
  const lead = await workload.lap();
  const struckAt = Date.now();
  const broken = await Promise.race([scenario.strike(cloud), cloud.failure]);
  if (broken === undefined) await sleep(healthyMs);
  await cloud.untilHealthy();
  const recoverySeconds = broken === undefined ? 0 : (Date.now() - struckAt) / 1000;
  const fault = await workload.lap();
  await sleep(tailMs);
  const tally = addTallies([lead, fault, await workload.stop()]);

  const counts = countsOf(tally);
  return {
    name: scenario.name,
    ...counts,
    recoverySeconds: round(recoverySeconds, 1),
    p50Ms: percentile(tally.latenciesMs, 50),
    p99Ms: percentile(tally.latenciesMs, 99),
    hitRatio: round(hitRatioOf(counts), 5),
    whileBroken: broken === undefined ? undefined : countsOf(fault),
    reconnects: tally.retries,
    disturbedSeconds: round(Math.max(0, tally.lastRetryAt - struckAt) / 1000, 1),
    stallMs: tally.stallMs,
    broken,
    lostNodes: lost,
    lostKeyShare: topology === 'sharded' ? round(lostShare, 4) : undefined,
    errorMessages: [...new Set(tally.errorMessages)].slice(0, 5),
    promises: promisesOf(topology, counts, lostShare),
  };
}

const countsOf = ({ requests, errors, hits, misses, staleReads }: Tally): Counts => ({
  requests,
  errors,
  hits,
  misses,
  staleReads,
});

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
