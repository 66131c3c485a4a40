import { withMonitor } from './alarms/with-monitor';
import type { ClusterPlan } from './assembly/plan';
import { messageOf, RehearsalError } from './errors';
import { type Options, progressOf, setStage, type Stage, withCluster } from './inside';
import { writeDashboard } from './report/dashboard';
import { clusterReport, type ClusterReport, type ScenarioReport, writeReport } from './report/report';
import { renderCluster, verdict } from './report/table';
import { runScenario } from './scenarios/run';
import { scenarios } from './scenarios/scenarios';
import { onSteadyComputer } from './scenarios/steady';
import { versionOf } from './tools/engines';

/** Rehearses every cluster of the assembly, one after another. Gives back the exit code. */
export async function rehearse(options: Options): Promise<number> {
  const stage = await setStage(options);
  const versions = {
    memcached: await versionOf(stage.rootfs, 'memcached'),
    haproxy: await versionOf(stage.rootfs, 'haproxy'),
  };
  const reports: ClusterReport[] = [];
  for (const plan of stage.plans) reports.push(await rehearseCluster(plan, stage));

  const file = writeReport(options.reportFolder, reports, versions);
  for (const report of reports) console.log(`\n${renderCluster(report)}`);
  console.log(`\nmemcached ${versions.memcached}, haproxy ${versions.haproxy}; report: ${file}`);
  console.log(verdict(reports));
  return reports.every(({ survived }) => survived) ? 0 : 1;
}

async function rehearseCluster(plan: ClusterPlan, stage: Stage): Promise<ClusterReport> {
  const progress = progressOf(plan);
  const reports: ScenarioReport[] = [];
  let withoutFigures: readonly string[] | undefined;
  const wanted = scenarios
    .filter(({ name }) => stage.only?.includes(name) ?? true)
    .filter((scenario) => scenario.appliesTo?.(plan) ?? true);
  try {
    await withCluster(plan, stage, progress, ({ cloud, workload }) =>
      withMonitor(cloud, async (monitor) => {
        for (const scenario of wanted) {
          progress(scenario.name);
          const report = await onSteadyComputer(
            () => runScenario(scenario, cloud, workload, monitor),
            ({ promises }) => promises.every(({ kept }) => kept),
            (line) => progress(`${scenario.name}: ${line}`),
          );
          reports.push(report);
          progress(outcome(report));
        }
        if (!monitor) return;
        withoutFigures = monitor.withoutFigures;
        const picture = writeDashboard(pictureOf(plan, stage), stage.reportFolder, plan, monitor.metrics);
        if (picture) progress(`dashboard: ${picture}`);
      }),
    );
    return clusterReport(plan, reports, undefined, withoutFigures);
  } catch (error) {
    if (error instanceof RehearsalError) throw error;
    progress(`failed: ${messageOf(error)}`);
    return clusterReport(plan, reports, messageOf(error));
  }
}

/** Most assemblies have one cluster, whose picture is easily found. */
const pictureOf = (plan: ClusterPlan, { plans }: Stage): string =>
  plan === plans[0] ? 'dashboard.svg' : `dashboard-${plan.stack}-${plan.id.replace(/[^\w.-]/g, '_')}.svg`;

/** A scenario in a line. */
export function outcome({ name, requests, errors, misses, broken, recoverySeconds }: ScenarioReport): string {
  const recovered = broken ? `, broke ${broken}, recovered after ${recoverySeconds} s` : '';
  return `${name}: ${requests} requests, ${errors} errors, ${misses} misses${recovered}`;
}
