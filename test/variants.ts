import { Stack } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CacheTls, CacheTopology, MemcachedNodes, Routing, type HaCacheStackProps } from '../lib';

const sharded = { topology: CacheTopology.sharded() };

const elsewhere = new Stack();
const secret = (name: string) =>
  Secret.fromSecretCompleteArn(elsewhere, name, `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`);
const proxyTls = CacheTls.proxy({
  hostname: 'cache.example.com',
  certificate: secret('Certificate'),
  clientCertificateAuthorities: secret('Authorities'),
});

/** The ready-made stack with every compute, topology and routing. */
export const VARIANTS: Record<string, HaCacheStackProps> = {
  'ec2, replicated': {},
  'ec2, sharded': sharded,
  'fargate, replicated': { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) },
  'fargate, sharded': { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }), ...sharded },
  'memcachedProxy, mutual TLS': { tls: proxyTls },
  mcrouter: { routing: Routing.mcrouter({ image: ContainerImage.fromRegistry('registry.example/mcrouter:1') }) },
  twemproxy: { routing: Routing.twemproxy(), ...sharded },
  haproxy: { routing: Routing.haproxy() },
  nginxStream: { routing: Routing.nginxStream() },
  'networkLoadBalancer, ec2': { routing: Routing.networkLoadBalancer() },
  'networkLoadBalancer, fargate': { routing: Routing.networkLoadBalancer(), nodes: MemcachedNodes.fargate() },
  clientSide: { routing: Routing.clientSide({ autoDiscovery: true }), ...sharded },
};
