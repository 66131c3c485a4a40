import { App } from 'aws-cdk-lib';
import { CacheTopology, HaCacheStack, MemcachedNodes, type HaCacheStackProps } from '../lib';

/** The ready-made stack with each topology and compute, in two zones: what `npm run chaos` breaks. */
const clusters: Record<string, HaCacheStackProps> = {
  ReplicatedEc2: { nodes: MemcachedNodes.ec2() },
  ReplicatedFargate: { nodes: MemcachedNodes.fargate() },
  ShardedEc2: { nodes: MemcachedNodes.ec2(), topology: CacheTopology.sharded() },
  ShardedFargate: { nodes: MemcachedNodes.fargate(), topology: CacheTopology.sharded() },
};

const app = new App();
for (const [name, props] of Object.entries(clusters)) new HaCacheStack(app, name, props);
app.synth();
