import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterPlan } from '../assembly/plan';
import type { DashboardBody } from './picture/body';
import { renderDashboard } from './picture/render';
import type { MetricSource } from './picture/source';

/** Draws a cluster's dashboard with what its rehearsal has measured. Gives back the file; none without a dashboard. */
export function writeDashboard(
  file: string,
  folder: string,
  plan: ClusterPlan,
  metrics: MetricSource,
): string | undefined {
  if (plan.dashboard.body === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file);
  writeFileSync(path, renderDashboard(plan.dashboard.body as DashboardBody, metrics, `${plan.stack}: ${plan.id}`));
  return path;
}
