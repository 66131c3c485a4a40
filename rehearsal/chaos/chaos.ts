import { withMonitor } from '../alarms/with-monitor';
import type { ClusterPlan } from '../assembly/plan';
import { bounds } from '../cloud/delays';
import { within } from '../cloud/wait';
import { messageOf, RehearsalError } from '../errors';
import { factsOf } from '../report/report';
import { onSteadyComputer } from '../scenarios/steady';
import { type Options, type Progress, progressOf, setStage, type Stage, withCluster } from '../stage';
import { versionsOf } from '../tools/engines';
import { type Cell, cellsOf } from './cells';
import { writeMatrix } from './matrix';
import type { CellReport, ChaosCluster } from './report';
import { runCell } from './run';
import { brokenOf } from './table';

/**
 * Runs every cell of the matrix on every cluster of the assembly, and adds them to those of earlier runs in the report
 * folder. Gives back the exit code: whether every promise was kept but those which are known not to be.
 */
export async function chaos(options: Options): Promise<number> {
  const stage = await setStage(options);
  const chosen = stage.plans.map((plan) => ({ plan, cells: cellsOf(plan, stage.only) }));
  if (chosen.every(({ cells }) => cells.length === 0)) {
    throw new RehearsalError(`got --only '${stage.only?.join(',')}', expected a cell that a cluster can run`);
  }
  const versions = await versionsOf(stage.rootfs, ['memcached', 'haproxy']);
  let broken = 0;
  let file = '';
  for (const { plan, cells } of chosen) {
    // After each cell, so that a run that is interrupted leaves what it has.
    const write = (reports: readonly CellReport[]) =>
      (file = writeMatrix(stage.reportFolder, { versions, clusters: [clusterOf(plan, reports)] }));
    const { reports, failed } = cells.length > 0 ? await runCells(plan, cells, stage, write) : nothingRan;
    broken += reports.flatMap(brokenOf).filter(({ limit }) => limit === undefined).length + (failed ? 1 : 0);
  }
  console.log(`report: ${file}`);
  console.log(
    broken === 0 ? 'every promise is kept, or its limit known' : `${broken} promises broken without a reason`,
  );
  return broken === 0 ? 0 : 1;
}

const nothingRan: { reports: readonly CellReport[]; failed: boolean } = { reports: [], failed: false };

const clusterOf = (plan: ClusterPlan, cells: readonly CellReport[]): ChaosCluster => ({
  ...factsOf(plan),
  compute: plan.nodes[0]!.kind === 'instance' ? 'EC2' : 'Fargate',
  cells,
});

/** In one cluster, one after another. What has run is kept when the cluster fails. */
async function runCells(
  plan: ClusterPlan,
  cells: readonly Cell[],
  stage: Stage,
  write: (reports: readonly CellReport[]) => void,
) {
  const progress = progressOf(plan);
  const reports: CellReport[] = [];
  try {
    await withCluster(plan, stage, progress, ({ cloud, workload }) =>
      withMonitor(cloud, async (monitor) => {
        for (const cell of cells) {
          progress(cell.name);
          const report = await onSteadyComputer(
            () => within(bounds.cellMs, runCell(cell, cloud, workload, monitor), () => `${cell.name} to end`),
            (result) => brokenOf(result).every(({ limit }) => limit !== undefined),
            (line) => progress(`${cell.name}: ${line}`),
          );
          reports.push(report);
          write(reports);
          tell(report, progress);
        }
      }),
    );
    return { reports, failed: false };
  } catch (error) {
    if (error instanceof RehearsalError) throw error;
    progress(`failed: ${messageOf(error)}`);
    return { reports, failed: true };
  }
}

function tell(report: CellReport, progress: Progress): void {
  const { cell, requests, errors, hitRatio, staleDuring, staleAfter, normalSeconds, errorMessages } = report;
  progress(
    `${cell}: ${requests} requests, ${errors} errors, ${(hitRatio * 100).toFixed(2)} % hits, ` +
      `${staleDuring} stale reads during and ${staleAfter} after, normal after ${normalSeconds} s`,
  );
  for (const { id, measured, bound, limit } of brokenOf(report)) {
    progress(`${cell}: BROKEN ${id} ${measured}, expected ${bound}: ${limit ?? errorMessages.join('; ')}`);
  }
}
