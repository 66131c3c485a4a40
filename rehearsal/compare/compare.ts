import { join } from 'node:path';
import type { ClusterPlan } from '../assembly/plan';
import { messageOf } from '../errors';
import { type Options, progressOf, setStage, type Stage } from '../stage';
import { factsOf } from '../report/report';
import { type Engine, isInImage, versionsOf } from '../tools/engines';
import { deployedBy, releasesOf, releaseWarnings } from '../tools/releases';
import { measure } from './measure';
import type { StrategyReport } from './report';
import { writeComparison } from './write';

/**
 * Rehearses every cluster of the assembly under the same load and faults, and writes one table. Gives back the exit
 * code: whether each could be run that has its engine on this computer, whatever its figures.
 */
export async function compare(options: Options): Promise<number> {
  const stage = await setStage(options);
  const strategies: StrategyReport[] = [];
  for (const plan of stage.plans) strategies.push(await reportOf(plan, stage));

  const versions = await versionsOf(stage.rootfs, enginesThatRan(stage));
  const present = stage.plans.filter((plan) => enginesOf(plan).every((engine) => isInImage(stage.rootfs, engine)));
  const releases = await releasesOf(stage.rootfs, present);
  const text = writeComparison(options.reportFolder, { versions, releases, strategies });
  for (const warning of releaseWarnings(releases, stage.rootfs)) console.log(warning);
  console.log(`\n${text}\nreport: ${join(options.reportFolder, 'compare.json')}`);
  return strategies.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

async function reportOf(plan: ClusterPlan, stage: Stage): Promise<StrategyReport> {
  const alone = stage.plans.filter(({ stack }) => stack === plan.stack).length === 1;
  const facts = { strategy: alone ? plan.stack : plan.id, ...factsOf(plan) };
  const progress = progressOf(plan);
  const missing = enginesOf(plan).find((engine) => !isInImage(stage.rootfs, engine));
  if (missing) {
    progress(`not rehearsed: no ${missing} binary`);
    return { ...facts, missingEngine: missing };
  }
  try {
    return { ...facts, figures: await measure(plan, stage, progress) };
  } catch (error) {
    progress(`failed: ${messageOf(error)}`);
    return { ...facts, failure: messageOf(error) };
  }
}

const enginesOf = (plan: ClusterPlan): Engine[] => deployedBy(plan).map(({ engine }) => engine);

/** Nodes, what stands for the load balancer, and whatever else ran in a container. */
function enginesThatRan({ rootfs, plans }: Stage): Engine[] {
  const engines = new Set<Engine>(['memcached', 'haproxy', ...plans.flatMap(enginesOf)]);
  return [...engines].filter((engine) => isInImage(rootfs, engine));
}
