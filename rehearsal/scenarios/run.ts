import { setTimeout as sleep } from 'node:timers/promises';
import type { Monitor } from '../alarms/monitor';
import type { Topology } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';
import { delays } from '../cloud/delays';
import { clientTimeoutMs } from '../load/cache-client';
import { patientReconnects } from '../load/worker';
import type { Workload } from '../load/workload';
import { addTallies, percentile, type Tally } from '../load/tally';
import {
  alarmPromises,
  backPromise,
  type Counts,
  freshPromise,
  hitRatioOf,
  type Promised,
  promisesOf,
  secondPromise,
} from '../report/promises';
import type { ScenarioReport, Window } from '../report/report';
import { ZoneCount } from './in-zone';
import { Minutes } from './minutes';
import type { Scenario } from './scenario';
import { watch, windowOf } from './watch';

/** The load runs so long before a fault, and after everything is in service again. */
const leadMs = 1_000;
const tailMs = 2_000;
/** How long the load runs when nothing is broken. */
const healthyMs = 6_000;

/** What was counted from the fault on, and when everything was in service again. */
interface Aftermath {
  readonly tally: Tally;
  readonly healthyAt: number;
  readonly windows?: readonly Window[];
  readonly lastedMinutes?: number;
  readonly second?: Second;
}

/** Of two faults in a row the second, and what was counted since. */
interface Second {
  readonly broken: string;
  readonly struckAt: number;
  readonly tally: Tally;
}

/** Runs one scenario under load and counts what clients saw, and with a monitor which alarms would have fired. */
export async function runScenario(
  scenario: Scenario,
  cloud: Cloud,
  workload: Workload,
  monitor?: Monitor,
): Promise<ScenarioReport> {
  await prepare(scenario, cloud, workload);
  const { topology, alarms } = cloud.plan;
  const watched = scenario.watchedMs !== undefined;
  const lost = scenario.lostNodes(cloud);
  const lostShare = topology === 'sharded' ? await cloud.shareOf(lost, workload.keys(watched)) : undefined;
  const minutes = new Minutes(monitor);
  const expected = scenario.expectedAlarms?.(cloud.plan);

  const zones = await ZoneCount.begin(cloud);
  await workload.start();
  await sleep(leadMs);
  await zones.endReads();
  await minutes.before();
  if (watched) await workload.overwrite();
  const lead = await workload.lap();
  const struckAt = Date.now();
  const broken = await Promise.race([scenario.strike(cloud), cloud.failure]);
  const aftermath = aftermathOf(scenario, broken);
  const after = await aftermath(scenario, cloud, workload, minutes);
  const { tally: fault, windows, lastedMinutes } = after;
  await Promise.all([sleep(tailMs), broken === undefined ? undefined : minutes.after()]);
  const tail = await workload.stop();
  const tally = addTallies([lead, fault, tail]);

  const counts = countsOf(tally);
  const second = after.second && { ...after.second, since: countsOf(addTallies([after.second.tally, tail])) };
  const alarmed = monitor && alarms.metric.length > 0;
  return {
    name: scenario.name,
    ...figuresOf(tally),
    recoverySeconds: round((after.healthyAt - struckAt) / 1000, 1),
    whileBroken: broken === undefined ? undefined : countsOf(fault),
    disturbedSeconds: round(Math.max(0, tally.lastRetryAt - struckAt) / 1000, 1),
    broken,
    ...(second && secondFigures(broken!, second, after.healthyAt)),
    windows,
    lastedMinutes,
    inZone: await zones.end(broken),
    lostNodes: lost,
    lostKeyShare: lostShare && round(lostShare, 4),
    alarms: minutes.firings,
    promises: [
      ...loadPromises(
        scenario,
        cloud.plan.topology,
        { counts, around: addTallies([lead, tail]) },
        lostShare,
        second?.since,
      ),
      ...(isFew(scenario) ? [freshPromise(counts)] : []),
      ...(alarmed ? alarmPromises(minutes.firings, counts.errors, expected) : []),
    ],
    noAlarmExpected: expected?.alarms.length === 0 || undefined,
  };
}

/** What an earlier scenario left behind is over, and new keys are stored. */
async function prepare({ second, patient }: Scenario, cloud: Cloud, workload: Workload): Promise<void> {
  await cloud.untilRelied(second !== undefined);
  await cloud.settle();
  await workload.prime();
  if (patient) await workload.patient();
}

export const figuresOf = (tally: Tally) => ({
  ...countsOf(tally),
  p50Ms: percentile(tally.latenciesMs, 50),
  p99Ms: percentile(tally.latenciesMs, 99),
  hitRatio: round(hitRatioOf(tally), 5),
  reconnects: tally.retries,
  reconnectedAgain: tally.retriedAgain,
  stallMs: tally.stallMs,
  errorMessages: [...new Set(tally.errorMessages)].slice(0, 5),
});

function aftermathOf({ watchedMs, second }: Scenario, broken: string | undefined): typeof repaired {
  if (broken === undefined) return undisturbed;
  if (second) return twice;
  return watchedMs === undefined ? repaired : returned;
}

/** Whether few keys are used, so that a stale one is found. */
const isFew = ({ watchedMs, second }: Scenario): boolean => watchedMs !== undefined || second !== undefined;

/** The table has the recovery from the second. */
const secondFigures = (first: string, second: Second & { readonly since: Counts }, healthyAt: number) => ({
  broken: `${first}, then ${second.broken}`,
  recoverySeconds: round((healthyAt - second.struckAt) / 1000, 1),
  sinceSecond: second.since,
});

/** Of the reads since a second fault less is promised. */
function loadPromises(
  { patient, interrupts }: Scenario,
  topology: Topology,
  { counts, around }: { readonly counts: Counts; readonly around: Counts },
  lostShare = 0,
  since?: Counts,
): Promised[] {
  if (interrupts) return [backPromise(around)];
  if (!since) return promisesOf(topology, counts, lostShare, patient ? patientReconnects : 1);
  const before = { ...counts, hits: counts.hits - since.hits, misses: counts.misses - since.misses };
  return [...promisesOf(topology, before, lostShare), secondPromise(since)];
}

/** Nothing is broken. */
async function undisturbed({ name }: Scenario, cloud: Cloud, workload: Workload, minutes: Minutes): Promise<Aftermath> {
  const healthyAt = Date.now();
  await Promise.all([sleep(healthyMs), minutes.healthy(name)]);
  await cloud.untilHealthy();
  return { tally: await workload.lap(), healthyAt };
}

/** What went dark stays so for a while; a fault that lasts has lasted already. */
async function repaired(scenario: Scenario, cloud: Cloud, workload: Workload, minutes: Minutes): Promise<Aftermath> {
  const { name, restore, expectedAlarms } = scenario;
  minutes.strike(name);
  if (expectedAlarms) await cloud.untilNoticed();
  const lastedMinutes = expectedAlarms && (await minutes.untilDecided());
  let healthyAt = 0;
  const repair = async () => {
    if (restore) {
      if (!expectedAlarms) await sleep(delays.outageMs);
      await restore(cloud);
    }
    await cloud.untilHealthy();
    healthyAt = Date.now();
    // What began before is over.
    if (scenario.interrupts) await sleep(clientTimeoutMs);
  };
  await (expectedAlarms ? repair() : minutes.whileRepairing(repair()));
  cloud.beWary();
  return { tally: await workload.lap(), healthyAt, lastedMinutes };
}

/** A node comes back with what it held: what is overwritten in the meantime must not be read from it. */
async function returned(scenario: Scenario, cloud: Cloud, workload: Workload, minutes: Minutes): Promise<Aftermath> {
  minutes.strike(scenario.name);
  let healthyAt = 0;
  const repair = async () => {
    await sleep(scenario.lastsMs);
    await workload.watch();
    await scenario.restore?.(cloud);
    const during = await workload.lap();
    const [after] = await Promise.all([
      watch(workload, scenario.watchedMs!),
      cloud.untilHealthy().then(() => (healthyAt = Date.now())),
    ]);
    return { during, after };
  };
  const repairing = repair();
  await minutes.whileRepairing(repairing.then(() => {}));
  const { during, after } = await repairing;
  cloud.beWary();
  const windows = [windowOf('during', during), ...after.windows];
  return { tally: addTallies([during, after.tally]), healthyAt, windows };
}

/** What was lost comes back, is read from, and has to stand in for what is lost next. */
async function twice(scenario: Scenario, cloud: Cloud, workload: Workload, minutes: Minutes): Promise<Aftermath> {
  const second = scenario.second!;
  minutes.strike(scenario.name);
  await workload.watch();
  const repair = async () => {
    await cloud.untilHealthy();
    const latest = Date.now() + second.withinMs;
    while (Date.now() < latest && !(await second.isDue(cloud, workload.keys(true)))) await sleep(500);
    const between = await workload.lap();
    const struckAt = Date.now();
    const broken = await second.strike(cloud);
    await cloud.untilHealthy();
    const since = await workload.lap();
    return { tally: addTallies([between, since]), healthyAt: Date.now(), second: { broken, struckAt, tally: since } };
  };
  const repairing = repair();
  await minutes.whileRepairing(repairing.then(() => {}));
  cloud.beWary();
  return repairing;
}

export const countsOf = ({ requests, errors, hits, misses, staleReads }: Counts): Counts => ({
  requests,
  errors,
  hits,
  misses,
  staleReads,
});

export const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
