import type { Deployment } from './deployment';
import type { Stack } from './template';

/** The body of the dashboard that shows a cluster's metrics: nothing else of it tells whose it is. */
export function readDashboard(deployment: Deployment, stack: Stack, cluster: string): unknown {
  const bodies = deployment
    .resources('AWS::CloudWatch::Dashboard')
    .filter((each) => each.stack === stack)
    .map(({ properties }) => String(properties.DashboardBody));
  const body = bodies.find((each) => each.includes(JSON.stringify(cluster)));
  return body === undefined ? undefined : JSON.parse(body);
}
