import { conclude } from './conclusion';
import { messageOf, RehearsalError } from './errors';
import { clusterReport, type ClusterReport } from './report/report';
import { onSteadyComputer } from './scenarios/steady';
import { runUpdate } from './scenarios/update';
import { type Options, progressOf, setStage, withCluster } from './stage';

/** Boots every cluster of one assembly and updates it to another under load. Gives back the exit code. */
export async function rehearseUpdate(options: Options): Promise<number> {
  const stage = await setStage(options);
  const reports: ClusterReport[] = [];
  for (const [i, plan] of stage.plans.entries()) {
    // No probe runs, so nothing can be said of alarms.
    const to = { ...stage.laterPlans![i]!, alarms: { metric: [], composite: [], notEvaluated: [] } };
    const progress = progressOf(plan);
    try {
      const update = () =>
        withCluster(plan, stage, progress, ({ cloud, workload }) => runUpdate(cloud, to, workload, progress));
      const report = await onSteadyComputer(update, ({ promises }) => promises.every(({ kept }) => kept), progress);
      progress(`updated in ${report.recoverySeconds} s: ${report.broken}`);
      reports.push(clusterReport(to, [report]));
    } catch (error) {
      if (error instanceof RehearsalError) throw error;
      progress(`failed: ${messageOf(error)}`);
      reports.push(clusterReport(to, [], messageOf(error)));
    }
  }
  return conclude(stage, reports);
}
