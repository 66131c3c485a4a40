import { Annotations, App } from 'aws-cdk-lib';
import { CacheTopology, HaCacheStack, MemcachedNodes, Routing, type HaCacheStackProps } from '../lib';

/** What `npm run bench` measures: the first one's nodes, and each one's proxy before them. */
const strategies: Record<string, HaCacheStackProps> = {
  MemcachedProxyReplicated: { routing: Routing.memcachedProxy() },
  MemcachedProxySharded: { routing: Routing.memcachedProxy(), topology: CacheTopology.sharded() },
  Twemproxy: { routing: Routing.twemproxy(), topology: CacheTopology.sharded() },
  Haproxy: { routing: Routing.haproxy() },
  Nginx: { routing: Routing.nginxStream() },
};

/** A region has to be known for three zones, and its zones too where nobody can be asked. */
const env = { account: '123456789012', region: 'eu-west-1' };
const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

const app = new App({ context: { [`availability-zones:account=${env.account}:region=${env.region}`]: zones } });
for (const [name, props] of Object.entries(strategies)) {
  const stack = new HaCacheStack(app, name, {
    env,
    nodes: MemcachedNodes.ec2({ nodesPerZone: 1 }),
    ...props,
  });
  Annotations.of(stack).acknowledgeWarning('cdk-memcached:independentNodes', 'it is here to be measured');
}
app.synth();
