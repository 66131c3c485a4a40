import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { stackPropsFromContext } from '../../bin/stack-props';
import { HaCacheStack } from '../../lib';
import { ACCOUNT, REGION, tagsOf, textOf, type Resource } from '../synth';

function synth(context: Record<string, unknown>, env?: { account: string; region: string }): Template {
  const app = new App({ context });
  return Template.fromStack(new HaCacheStack(app, 'HaCache', { env, ...stackPropsFromContext(app.node) }));
}

test('without context: two EC2 nodes in each zone, replicated', () => {
  const template = synth({});
  template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 4);
  expect(topologyOf(template)).toBe('replicated');
});

test('shaped for Fargate', () => {
  const template = synth({
    compute: 'fargate',
    cpu: '1024',
    memoryLimitMiB: '8192',
    nodesPerZone: '3',
    topology: 'sharded',
  });
  // The proxies have a name, too.
  template.resourceCountIs('AWS::ServiceDiscovery::Service', 7);
  template.hasResourceProperties('AWS::ECS::TaskDefinition', { Cpu: '1024', Memory: '8192' });
  expect(topologyOf(template)).toBe('sharded');
});

test('shaped for EC2, numbers as the CLI and as cdk.json write them', () => {
  const template = synth({ instanceType: 'r8g.xlarge', nodesPerZone: 3, natGateways: '1', clientCidr: '10.1.0.0/16' });
  template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 6);
  template.resourceCountIs('AWS::EC2::NatGateway', 1);
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'r8g.xlarge' } });
});

test('built for x86 processors: nodes, proxies and the probe', () => {
  const fargate = synth({ cpuArchitecture: 'x86_64', compute: 'fargate' });
  fargate.allResourcesProperties('AWS::ECS::TaskDefinition', { RuntimePlatform: { CpuArchitecture: 'X86_64' } });
  fargate.hasResourceProperties('AWS::Lambda::Function', { Architectures: ['x86_64'] });
  const ec2 = synth({ cpuArchitecture: 'x86_64' });
  ec2.hasResourceProperties('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'm7i.large' } });
});

test('its images through a cache of one’s own', () => {
  const image = (template: Template): string => {
    const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition')) as Resource[];
    return textOf(task.Properties.ContainerDefinitions[0].Image);
  };
  expect(image(synth({ pullThroughCachePrefix: 'ecr-public' }))).toContain('/ecr-public/docker/library/memcached:');
});

test('in zones by name', () => {
  const template = synth({ availabilityZones: 'eu-west-1b,eu-west-1c,eu-west-1a' });
  template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 6);
});

test('in an existing VPC', () => {
  const template = synth({ vpcId: 'vpc-12345' }, { account: ACCOUNT, region: REGION });
  template.resourceCountIs('AWS::EC2::VPC', 0);
  template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 4);
});

test.each([
  ['memcachedProxy', 'replicated', /exec memcached /],
  ['twemproxy', 'sharded', /exec nutcracker /],
  ['haproxy', 'replicated', /exec haproxy /],
  ['haproxyStandby', 'replicated', / backup\n/],
  ['nginxStream', 'replicated', /\nnginx /],
])('routed by %s', (routing, topology, command) => {
  const tasks = Object.values(synth({ routing, topology }).findResources('AWS::ECS::TaskDefinition')) as Resource[];
  expect(textOf(tasks[0].Properties.ContainerDefinitions[0].Command[0])).toMatch(command);
});

test('with clients that stay in their zone, and the two proxies that it takes', () => {
  const template = synth({ clientAffinity: 'zone', minProxiesPerZone: '2' });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([
      { Key: 'dns_record.client_routing_policy', Value: 'availability_zone_affinity' },
    ]),
  });
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 4 });
});

test.each([
  ['networkLoadBalancer', 'replicated', 1],
  ['clientSide', 'sharded', 0],
])('routed by %s, without proxies', (routing, topology, balancers) => {
  const template = synth({ routing, topology });
  template.resourceCountIs('AWS::ECS::Service', 0);
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', balancers);
});

test.each([
  ['', /"detail\\?":\\?"NODE/],
  ['node', /"detail\\?":\\?"NODE/],
  ['zone', /"detail\\?":\\?"ZONE/],
  ['cluster', /"detail\\?":\\?"CLUSTER/],
])('metrics as fine as %s', (metricDetail, event) => {
  const [schedule] = Object.values(
    synth(metricDetail ? { metricDetail } : {}).findResources('AWS::Scheduler::Schedule'),
  ) as Resource[];
  expect(textOf(schedule.Properties.Target.Input)).toMatch(event);
});

test('metrics by outcome where they are asked for', () => {
  const asked = (context: Record<string, string>) => stackPropsFromContext(new App({ context }).node).latencyByOutcome;
  expect([asked({}), asked({ latencyByOutcome: 'true' })]).toEqual([false, true]);
});

test.each<[Record<string, unknown>, string]>([
  [{ metricDetail: 'task' }, "context metricDetail is 'task', expected node or zone or cluster"],
  [{ routing: 'twemproxies' }, "context routing is 'twemproxies', expected memcachedProxy or twemproxy or haproxy or"],
  [{ compute: 'lambda' }, "context compute is 'lambda', expected ec2 or fargate: change it, or leave it out"],
  [{ cpuArchitecture: 'x86' }, "context cpuArchitecture is 'x86', expected arm64 or x86_64"],
  [{ topology: 'mirrored' }, "context topology is 'mirrored', expected replicated or sharded"],
  [{ clientAffinity: 'near' }, "context clientAffinity is 'near', expected any or partial or zone"],
  [
    { routing: 'networkLoadBalancer', minProxiesPerZone: '2' },
    "context minProxiesPerZone is '2', expected none with routing=networkLoadBalancer: leave it out",
  ],
  [{ nodesPerZone: 'two' }, "context nodesPerZone is 'two', expected a whole number: pass -c nodesPerZone=2"],
  [{ nodesPerZone: '-1' }, "context nodesPerZone is '-1', expected a whole number"],
  [{ vpcId: '' }, 'context vpcId is "", expected a text'],
  [{ vpcId: { id: 1 } }, 'context vpcId is {"id":1}, expected a text'],
  [{ cpu: '512' }, "context cpu is '512', expected none with compute=ec2: leave it out"],
  [
    { compute: 'fargate', instanceType: 'm7g.large' },
    "context instanceType is 'm7g.large', expected none with compute=fargate",
  ],
])('%p is an error', (context, message) => {
  expect(() => synth(context)).toThrow(message);
});

function topologyOf(template: Template): string {
  const [balancer] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
  return tagsOf(balancer as Resource)['cdk-memcached:topology'];
}
