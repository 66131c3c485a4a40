import { NAMESPACE } from '../../lib/contract/metric-names';
import { messageOf } from '../errors';
import type { Deployment } from './deployment';
import type { DashboardPlan } from './plan';
import type { Stack } from './template';

/** The dashboard that shows a cluster's metrics: nothing else of it tells whose it is. */
export function readDashboard(deployment: Deployment, stack: Stack, cluster: string): DashboardPlan {
  const ids = deployment.idsOf(stack, 'AWS::CloudWatch::Dashboard', ({ DashboardBody }) =>
    JSON.stringify(DashboardBody ?? '').includes(NAMESPACE),
  );
  const unread: string[] = [];
  for (const id of ids) {
    try {
      const body = String(deployment.resource(stack, id).properties.DashboardBody);
      if (body.includes(JSON.stringify(cluster))) return { body: JSON.parse(body), unread: [] };
    } catch (error) {
      // It may be a stranger's, and is a picture and no more.
      unread.push(`${id}: ${messageOf(error)}`);
    }
  }
  return { unread };
}
