import { type ClusterReport, writeReport } from './report/report';
import { renderCluster, verdict } from './report/table';
import type { Stage } from './stage';
import { versionsOf } from './tools/engines';
import { releasesLine, releasesOf, releaseWarnings } from './tools/releases';

/** Writes and prints what came of a rehearsal. Gives back the exit code. */
export async function conclude(stage: Stage, reports: readonly ClusterReport[]): Promise<number> {
  const versions = await versionsOf(stage.rootfs, ['memcached', 'haproxy']);
  const releases = await releasesOf(stage.rootfs, stage.plans);
  const file = writeReport(stage.reportFolder, reports, { versions, releases });
  for (const report of reports) console.log(`\n${renderCluster(report)}`);
  console.log(`\n${releasesLine(releases)}; haproxy ${versions.haproxy} as the load balancer; report: ${file}`);
  for (const warning of releaseWarnings(releases, stage.rootfs)) console.log(warning);
  console.log(verdict(reports));
  return reports.every(({ survived }) => survived) ? 0 : 1;
}
