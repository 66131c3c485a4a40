import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, MemcachedNodes, Routing, type HaCacheStackProps } from '../lib';

const sharded = { topology: CacheTopology.sharded() };

/** The ready-made stack with every compute, topology and routing. */
export const VARIANTS: Record<string, HaCacheStackProps> = {
  'ec2, replicated': {},
  'ec2, sharded': sharded,
  'fargate, replicated': { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) },
  'fargate, sharded': { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }), ...sharded },
  mcrouter: { routing: Routing.mcrouter({ image: ContainerImage.fromRegistry('registry.example/mcrouter:1') }) },
  twemproxy: { routing: Routing.twemproxy(), ...sharded },
  haproxy: { routing: Routing.haproxy() },
  nginxStream: { routing: Routing.nginxStream() },
  'networkLoadBalancer, ec2': { routing: Routing.networkLoadBalancer() },
  'networkLoadBalancer, fargate': { routing: Routing.networkLoadBalancer(), nodes: MemcachedNodes.fargate() },
  clientSide: { routing: Routing.clientSide({ autoDiscovery: true }), ...sharded },
};
