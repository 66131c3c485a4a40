import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct, IDependable } from 'constructs';
import { CacheTopology, MemcachedCluster, MemcachedNodes, Routing, type MemcachedClusterProps } from '../../lib';
import { circleIn, waitsFor } from '../circles';
import { regionalStack, threeZones } from '../synth';

const image = ecs.ContainerImage.fromRegistry('registry.example/app:1');
const topology = CacheTopology.sharded();

/** A client: a service with a security group of its own, which the cluster lets in. */
function client(scope: Construct, vpc: ec2.IVpc): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(scope, 'ClientTask');
  taskDefinition.addContainer('Container', { image, portMappings: [{ containerPort: 80 }] });
  const cluster = new ecs.Cluster(scope, 'ClientCluster', { vpc });
  return new ecs.FargateService(scope, 'Client', { cluster, taskDefinition });
}

interface Made {
  readonly template: Template;
  readonly cluster: MemcachedCluster;
  readonly service: string;
  readonly ids: Record<string, string[]>;
}

function clientThatWaits(props: Partial<MemcachedClusterProps>, on: (cluster: MemcachedCluster) => IDependable): Made {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  const cluster = new MemcachedCluster(stack, 'Cache', { vpc, ...props });
  const service = client(stack, vpc);
  cluster.connections.allowDefaultPortFrom(service);
  service.node.addDependency(on(cluster));
  const template = Template.fromStack(stack, { skipCyclicalDependenciesCheck: true });
  const ids: Record<string, string[]> = {};
  for (const [id, { Type }] of Object.entries(template.toJSON().Resources as Record<string, { Type: string }>)) {
    (ids[Type] ??= []).push(id);
  }
  return { template, cluster, service: stack.getLogicalId(service.node.findChild('Service') as never), ids };
}

const KINDS: [string, Partial<MemcachedClusterProps>][] = [
  ['ec2, memcachedProxy', {}],
  ['fargate, memcachedProxy', { nodes: MemcachedNodes.fargate() }],
  ['mcrouter', { routing: Routing.mcrouter({ image }) }],
  ['twemproxy', { routing: Routing.twemproxy(), topology }],
  ['haproxy', { routing: Routing.haproxy() }],
  ['nginxStream', { routing: Routing.nginxStream() }],
  ['networkLoadBalancer', { routing: Routing.networkLoadBalancer() }],
  ['networkLoadBalancer, fargate', { routing: Routing.networkLoadBalancer(), nodes: MemcachedNodes.fargate() }],
  ['clientSide', { routing: Routing.clientSide(), topology }],
  ['clientSide, discovery', { routing: Routing.clientSide({ autoDiscovery: true }), topology }],
];

test.each(KINDS)('with %s, a client that waits for ready makes no circle and waits for what serves it', (_, props) => {
  const { template, cluster, service, ids } = clientThatWaits(props, ({ ready }) => ready);
  expect(circleIn(template)).toEqual([]);
  const awaited = waitsFor(template, service);
  const nodes = ids['AWS::AutoScaling::AutoScalingGroup'] ?? ids['AWS::ServiceDiscovery::Service'].slice(0, 3);
  const servers = [
    ...nodes,
    ...(ids['AWS::ECS::Service'] ?? []).filter((id) => id !== service),
    ...(cluster.loadBalancer ? ids['AWS::ElasticLoadBalancingV2::Listener'] : []),
  ];
  expect(servers.filter((id) => !awaited.has(id))).toEqual([]);
});

test('a client waits for the rules between endpoint, proxies and nodes', () => {
  const { template, service } = clientThatWaits({}, ({ ready }) => ready);
  const awaited = [...waitsFor(template, service)];
  for (const pair of [/Proxy.*fromStackCache.*Endpoint/, /NodeSecurityGroup.*fromStackCache.*Proxy/]) {
    expect(awaited).toContainEqual(expect.stringMatching(pair));
  }
});

test('to wait for the whole cluster is a circle', () => {
  const { template, service } = clientThatWaits({}, (cluster) => cluster);
  expect(circleIn(template)).toContain(service);
});

test('an alarm may act through the client that waits', () => {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  const cluster = new MemcachedCluster(stack, 'Cache', { vpc });
  const service = client(stack, vpc);
  service.node.addDependency(cluster.ready);
  cluster.addAlarmAction({ bind: (): cloudwatch.AlarmActionConfig => ({ alarmActionArn: service.serviceArn }) });
  expect(circleIn(Template.fromStack(stack))).toEqual([]);
});

test('a client in another stack waits for the stack of the cluster', () => {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  const cluster = new MemcachedCluster(stack, 'Cache', { vpc });
  const other = new Stack(stack.node.scope, 'Other', { env: { account: stack.account, region: stack.region } });
  const service = client(other, vpc);
  // Said by the client, so that the rule is in its own stack: the cluster's would wait for it.
  service.connections.allowToDefaultPort(cluster);
  service.node.addDependency(cluster.ready);
  for (const each of [stack, other]) expect(circleIn(Template.fromStack(each))).toEqual([]);
  expect(other.dependencies.map(({ stackName }) => stackName)).toEqual(['Stack']);
});
