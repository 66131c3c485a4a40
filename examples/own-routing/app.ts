import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CacheTopology, MemcachedCluster } from 'cdk-memcached';
import { PrefixRouting } from './prefix-routing';

const app = new App();
const stack = new Stack(app, 'OwnRouting');
const vpc = new Vpc(stack, 'Vpc');
new MemcachedCluster(stack, 'Cache', {
  vpc,
  topology: CacheTopology.sharded(),
  routing: new PrefixRouting({ replicatedPrefix: 'session' }),
});
app.synth();
