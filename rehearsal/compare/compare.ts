import { join } from 'node:path';
import type { ClusterPlan, ContainerPlan } from '../assembly/plan';
import { messageOf } from '../errors';
import { type Options, progressOf, setStage, type Stage } from '../stage';
import { factsOf } from '../report/report';
import { type Engine, engineOf, isInImage, versionOf } from '../tools/engines';
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

  const versions = await versionsOf(stage);
  const text = writeComparison(options.reportFolder, { versions, strategies });
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

function enginesOf({ nodes, proxies }: ClusterPlan): Engine[] {
  const services = [...nodes, ...(proxies ? [proxies] : [])];
  const containers = services.flatMap((service): readonly ContainerPlan[] =>
    service.kind === 'service' ? service.containers : [],
  );
  return containers.map(engineOf).filter((engine) => engine !== undefined);
}

/** Of nodes, of what stands for the load balancer, and of whatever else ran in a container. */
async function versionsOf({ rootfs, plans }: Stage): Promise<Record<string, string>> {
  const engines = new Set<Engine>(['memcached', 'haproxy', ...plans.flatMap(enginesOf)]);
  const present = [...engines].filter((engine) => isInImage(rootfs, engine));
  return Object.fromEntries(
    await Promise.all(present.map(async (engine) => [engine, await versionOf(rootfs, engine)] as const)),
  );
}
