import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { problemText } from '../../errors';
import type { IMemcachedCluster } from '../../interfaces/memcached-cluster';
import { factsOf, type ClusterFacts } from '../../metrics/facts';
import { canBeSeenFrom, homeOf, inOneEnvironment } from '../../metrics/home';

/** What is known of a cluster where its dashboard is. */
export interface DashboardFacts extends ClusterFacts {
  /** The alarms whose state can be shown there. */
  readonly shownAlarms: readonly cloudwatch.IAlarm[];
}

/** What a dashboard in this scope can show of a cluster. */
export function factsSeenFrom(scope: IConstruct, cluster: IMemcachedCluster): DashboardFacts {
  const facts = factsOf(cluster);
  warnOfUnknownHome(scope, cluster, facts);
  const { alarms = [] } = facts;
  if (seesNames(scope, cluster, facts)) return { ...facts, shownAlarms: alarms };
  return { ...facts, shownAlarms: [], hasService: false, loadBalancer: undefined };
}

/** Other accounts and regions do not know the names that AWS gives, unless CDK passes all of them on. */
function seesNames(
  scope: IConstruct,
  cluster: IMemcachedCluster,
  { namedByAws, names, alarms = [] }: ClusterFacts,
): boolean {
  if (!namedByAws || inOneEnvironment(scope, cluster)) return true;
  const { ecsClusterName, proxyServiceName } = names;
  const given = [ecsClusterName, proxyServiceName, ...alarms.map(({ alarmArn }) => alarmArn)];
  return canBeSeenFrom(
    scope,
    given.filter((name) => name !== undefined),
  );
}

/** A graph that names no region is of the dashboard's own: in another one it would be empty. */
function warnOfUnknownHome(scope: IConstruct, cluster: IMemcachedCluster, { names }: ClusterFacts): void {
  const { region, account } = Stack.of(scope);
  const home = homeOf(cluster, names);
  const unknown = [
    ...(home.region === undefined && !Token.isUnresolved(region) ? ['region'] : []),
    ...(home.account === undefined && !Token.isUnresolved(account) ? ['account'] : []),
  ].join(' and ');
  if (unknown === '') return;
  Annotations.of(scope).addWarningV2(
    'cdk-memcached:unknownHome',
    problemText({
      got: `the ${unknown} of ${cluster.node.path} is not known`,
      expected: `one to show metrics of, because the stack of the dashboard has its own`,
      advice: `give the stack of the cluster an env, or pass ${unknown} to MemcachedCluster.fromMemcachedClusterAttributes`,
    }),
  );
}
