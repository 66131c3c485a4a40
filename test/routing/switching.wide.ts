import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, MemcachedNodes, Routing, type IMemcachedNodes, type IRouting } from '../../lib';
import { SynthesizedCluster, type Resource } from '../synth';

const strategies: [string, IRouting][] = [
  ['mcrouter', Routing.mcrouter({ image: ecs.ContainerImage.fromRegistry('mcrouter') })],
  ['twemproxy', Routing.twemproxy()],
  ['haproxy', Routing.haproxy()],
  ['haproxy with standby', Routing.haproxy({ standby: true })],
  ['nginxStream', Routing.nginxStream()],
  ['networkLoadBalancer', Routing.networkLoadBalancer()],
  ['clientSide', Routing.clientSide()],
];

function synthesized(nodes: IMemcachedNodes, routing: IRouting = Routing.memcachedProxy()): SynthesizedCluster {
  return new SynthesizedCluster({ nodes, routing, topology: CacheTopology.sharded() });
}

/** The resources of the cluster's nodes, whatever their type. */
function nodeResources(made: SynthesizedCluster): Record<string, Resource> {
  const resources = made.template.toJSON().Resources as Record<string, Resource>;
  const nodes = Object.entries(resources).filter(([id]) => id.startsWith('CacheNodes'));
  expect(nodes.length).toBeGreaterThan(9);
  return Object.fromEntries(nodes);
}

describe.each([
  ['ec2', () => MemcachedNodes.ec2({ nodesPerZone: 2 })],
  ['fargate', () => MemcachedNodes.fargate({ nodesPerZone: 2 })],
])('a change of the routing with nodes on %s', (compute, nodes) => {
  const before = synthesized(nodes());
  const addressOf = ({ cluster, stack }: SynthesizedCluster): unknown => stack.resolve(cluster.endpoint.hostname);

  test.each(strategies)('to %s touches no node and keeps the address', (name, routing) => {
    const after = synthesized(nodes(), routing);
    // ECS has to start a service's tasks anew for another load balancer.
    if (compute !== 'fargate' || name !== 'networkLoadBalancer') {
      expect(nodeResources(after)).toEqual(nodeResources(before));
    }
    if (name !== 'clientSide') expect(addressOf(after)).toEqual(addressOf(before));
  });
});

test('to a load balancer straight before nodes on ECS changes their services’ targets, and the gates between zones', () => {
  const nodes = (): IMemcachedNodes => MemcachedNodes.fargate();
  const before = nodeResources(synthesized(nodes()));
  const after = nodeResources(synthesized(nodes(), Routing.networkLoadBalancer()));
  expect(Object.keys(after)).toEqual(Object.keys(before));
  const changed = Object.keys(after).filter((id) => JSON.stringify(after[id]) !== JSON.stringify(before[id]));
  expect(changed.map((id) => after[id].Type).sort()).toEqual([
    ...Array<string>(3).fill('AWS::ECS::Service'),
    ...Array<string>(3).fill('AWS::SSM::Parameter'),
  ]);
  const services = changed.filter((id) => after[id].Type === 'AWS::ECS::Service');
  for (const id of services) {
    const { LoadBalancers, HealthCheckGracePeriodSeconds, ...rest } = after[id].Properties;
    expect([LoadBalancers.length, HealthCheckGracePeriodSeconds]).toEqual([1, 60]);
    expect({ LoadBalancers: [], ...rest }).toEqual(before[id].Properties);
  }
});
