import { CfnOutput, type App } from 'aws-cdk-lib';
import { CacheDashboard, HaCacheStack, MemcachedCluster } from '../../lib';
import { struct } from './inputs';
import { env, tryInputs, type Make } from './outcome';

const stack: Make = ({ node }, given) => new HaCacheStack(node.root as App, 'HaCache', { env, ...given });

const imported: Make = (scope, given) => {
  const cluster = MemcachedCluster.fromMemcachedClusterAttributes(scope, 'Read', given);
  new CfnOutput(scope, 'Servers', { value: cluster.serverList });
  new CacheDashboard(scope, 'Dashboard', { cluster });
  return scope;
};

const dashboard: Make = (scope, given) => {
  new CacheDashboard(scope, 'Dashboard', given as never);
  return scope;
};

tryInputs(0.4, [
  ['HaCacheStack', struct('HaCacheStackProps'), stack],
  ['MemcachedCluster.fromMemcachedClusterAttributes', struct('MemcachedClusterAttributes'), imported],
  ['CacheDashboard', struct('CacheDashboardProps'), dashboard],
]);
