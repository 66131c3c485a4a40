import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, HaCacheStack, MemcachedNodes, Routing, type HaCacheStackProps } from '../lib';

/** What CloudFormation takes for a parameter's place in a text, where a shell takes it for a variable's. */
const EMBEDDED = /\$\{[A-Za-z0-9_:.]+\}/g;

/** Such places in every text of a template that is not that of an `Fn::Sub`. */
function embeddedIn(value: unknown): string[] {
  if (typeof value === 'string') return value.match(EMBEDDED) ?? [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => (name === 'Fn::Sub' ? [] : embeddedIn(each)));
}

const fargate = MemcachedNodes.fargate();

// Validation warns of each at every synthesis.
test.each<[string, HaCacheStackProps]>([
  ['EC2, replicated', {}],
  ['EC2, sharded', { topology: CacheTopology.sharded() }],
  ['Fargate, replicated', { nodes: fargate }],
  ['Fargate, sharded', { nodes: fargate, topology: CacheTopology.sharded() }],
  [
    'routed by mcrouter',
    { nodes: fargate, routing: Routing.mcrouter({ image: ContainerImage.fromRegistry('mcrouter') }) },
  ],
  ['routed by twemproxy', { routing: Routing.twemproxy(), topology: CacheTopology.sharded() }],
  ['routed by HAProxy', { routing: Routing.haproxy() }],
  ['routed by nginx', { routing: Routing.nginxStream() }],
  ['without proxies', { routing: Routing.clientSide({ autoDiscovery: true }), topology: CacheTopology.sharded() }],
])('no text of the ready-made stack looks like a parameter outside of an Fn::Sub: %s', (_, props) => {
  const template = Template.fromStack(new HaCacheStack(new App(), 'HaCache', props)).toJSON();
  expect(embeddedIn(template)).toEqual([]);
});
