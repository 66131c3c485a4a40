import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Monitor } from './alarms/monitor';
import { withMonitor } from './alarms/with-monitor';
import type { ClusterPlan } from './assembly/plan';
import { conclude } from './conclusion';
import { messageOf, RehearsalError } from './errors';
import { type Options, type Progress, progressOf, setStage, type Stage, withCluster } from './stage';
import { writeDashboard } from './report/dashboard';
import { clusterReport, type ClusterReport, type ScenarioReport } from './report/report';
import { noAlarmNote } from './report/table';
import { type Choice, choose } from './scenarios/choice';
import { runScenario } from './scenarios/run';
import { onSteadyComputer } from './scenarios/steady';

/** Rehearses every cluster of the assembly, one after another. Gives back the exit code. */
export async function rehearse(options: Options): Promise<number> {
  const stage = await setStage(options);
  const choices = choose(stage.plans, stage.only);
  // A picture of an earlier rehearsal must not be taken for one of this.
  for (const plan of stage.plans) rmSync(join(stage.reportFolder, pictureOf(plan, stage)), { force: true });
  const reports: ClusterReport[] = [];
  for (const choice of choices) {
    for (const line of choice.skipped) progressOf(choice.plan)(line);
    if (choice.scenarios.length > 0) reports.push(await rehearseCluster(choice, stage));
  }
  return conclude(stage, reports);
}

async function rehearseCluster({ plan, scenarios }: Choice, stage: Stage): Promise<ClusterReport> {
  const progress = progressOf(plan);
  const reports: ScenarioReport[] = [];
  let withoutFigures: readonly string[] | undefined;
  try {
    await withCluster(plan, stage, progress, ({ cloud, workload }) =>
      withMonitor(cloud, async (monitor) => {
        for (const scenario of scenarios) {
          progress(scenario.name);
          const report = await onSteadyComputer(
            () => runScenario(scenario, cloud, workload, monitor),
            ({ promises }) => promises.every(({ kept }) => kept),
            (line) => progress(`${scenario.name}: ${line}`),
          );
          reports.push(report);
          progress(outcome(report));
          if (report.noAlarmExpected) progress(`${scenario.name}: ${noAlarmNote}`);
        }
        if (!monitor) return;
        withoutFigures = monitor.withoutFigures;
        drawDashboard(plan, stage, monitor, progress);
      }),
    );
    return clusterReport(plan, reports, undefined, withoutFigures);
  } catch (error) {
    if (error instanceof RehearsalError) throw error;
    progress(`failed: ${messageOf(error)}`);
    return clusterReport(plan, reports, messageOf(error));
  }
}

/** A picture is no promise: what goes wrong with it is told, and no more. */
function drawDashboard(plan: ClusterPlan, stage: Stage, { metrics }: Monitor, progress: Progress): void {
  for (const reason of plan.dashboard.unread) progress(`dashboard: not read: ${reason}`);
  try {
    const picture = writeDashboard(pictureOf(plan, stage), stage.reportFolder, plan, metrics);
    if (picture) progress(`dashboard: ${picture}`);
  } catch (error) {
    progress(`dashboard: not drawn: ${messageOf(error)}`);
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
