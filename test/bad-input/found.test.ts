import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import {
  CacheDashboard,
  CacheTopology,
  Endpoint,
  HaCacheStack,
  MemcachedCluster,
  MemcachedImage,
  MemcachedNodes,
  PrometheusExporter,
  Routing,
} from '../../lib';
import { partOf, regionalStack, SynthesizedCluster, textOf, threeZones } from '../synth';

/** What untyped JavaScript gives. */
const any = (value: unknown): never => value as never;

const cluster = (props: object) => () => new SynthesizedCluster(props);
const image = ecs.ContainerImage.fromRegistry('registry.example/proxy:1');
const ofNodes = (attributes: object) => () =>
  MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Read', { endpointAddress: 'c', ...attributes });
const stack = (props: object) => () => new HaCacheStack(new App(), 'HaCache', props);
const dashboard = (props: object) => () => {
  const home = regionalStack();
  return new CacheDashboard(home, 'Dashboard', {
    cluster: new MemcachedCluster(home, 'Cache', { vpc: threeZones(home) }),
    ...props,
  });
};

/** Found by cluster.wide.ts and stack.wide.ts: each gave an error from deep inside, or a template that nobody can deploy. */
test.each<[string, () => unknown, string]>([
  ['a network that is none', cluster({ vpc: any('vpc-1') }), "vpc is 'vpc-1', expected a network"],
  ['no network', () => new MemcachedCluster(regionalStack(), 'Cache', any({})), 'vpc is undefined, expected a network'],
  [
    'ids in place of subnets',
    cluster({ vpcSubnets: { subnets: any(['subnet-1', 'subnet-2']) } }),
    "an element of vpcSubnets.subnets is 'subnet-1', expected a subnet",
  ],
  ['nodes that are a number', cluster({ nodes: any(3) }), 'nodes is 3, expected one of MemcachedNodes'],
  ['a function as nodes', cluster({ nodes: any(MemcachedNodes.ec2) }), 'nodes is a function, expected one of'],
  ['a routing that is an object', cluster({ routing: any({}) }), 'routing is an object, expected one of Routing'],
  ['a topology by name', cluster({ topology: any('sharded') }), "topology is 'sharded', expected one of CacheTopology"],
  [
    'an image by name',
    cluster({ image: any('memcached:1.6.45') }),
    "image is 'memcached:1.6.45', expected a Memcached",
  ],
  ['processors by name', cluster({ cpuArchitecture: any('ARM64') }), "cpuArchitecture is 'ARM64', expected an ecs.Cpu"],
  [
    'processors that Fargate lacks',
    cluster({ cpuArchitecture: ecs.CpuArchitecture.of('MIPS') }),
    "cpuArchitecture is 'MIPS', expected one of 'ARM64', 'X86_64'",
  ],
  ['an ECS cluster by name', cluster({ ecsCluster: any('') }), "ecsCluster is '', expected an ECS cluster"],
  [
    'an object for addresses',
    cluster({ ipAddressType: any({}) }),
    "ipAddressType is an object, expected one of 'ipv4'",
  ],
  ['a key by name', cluster({ encryptionKey: any('alias/x') }), "encryptionKey is 'alias/x', expected a KMS key"],
  ['a log group by name', cluster({ logGroup: any('x') }), "logGroup is 'x', expected a log group"],
  ['text for a boolean', cluster({ probe: any('false') }), "probe is 'false', expected true or false"],
  ['a number for a boolean', cluster({ dashboard: any(0) }), 'dashboard is 0, expected true or false'],
  [
    'a member by its name',
    cluster({ metricDetail: any('NODE_') }),
    "metricDetail is 'NODE_', expected one of 'CLUSTER', 'ZONE', 'NODE'",
  ],
  ['an object for a member', cluster({ metricDetail: any({}) }), 'metricDetail is an object, expected one of'],
  ['an exporter that is none', cluster({ prometheus: any(true) }), 'prometheus is true, expected a PrometheusExporter'],
  ['a time-out in text', cluster({ timeouts: { retry: any('') } }), "timeouts.retry is '', expected a Duration"],
  [
    'an alarm switched off by text',
    cluster({ alarms: { evictions: { enabled: any('no') } } }),
    "enabled of evictions is 'no', expected true or false",
  ],
  [
    'a threshold in text',
    cluster({ alarms: { evictions: { threshold: any('5') } } }),
    "the threshold of evictions is '5', expected a number",
  ],
  [
    'a threshold without a prototype',
    cluster({ alarms: { evictions: { threshold: any(Object.create(null)) } } }),
    'the threshold of evictions is an object, expected a number',
  ],
  [
    'a threshold where there is none',
    cluster({ alarms: { nodeLost: { threshold: any(Object.create(null)) } } }),
    'the threshold of nodeLost is an object, expected none',
  ],
  ['a ttl in text', () => CacheTopology.sharded({ gutterTtl: any('') }), "gutterTtl is '', expected a Duration"],
  ['text for a number', () => MemcachedNodes.ec2({ threads: any('4') }), "threads is '4', expected a number"],
  [
    'more nodes than a stack holds',
    cluster({ nodes: MemcachedNodes.ec2({ nodesPerZone: 1e6 }) }),
    'nodesPerZone is 1000000 in 3 zones, expected at most 180 nodes in all',
  ],
  ['memory in text', () => MemcachedNodes.ec2({ cacheMemory: any('1g') }), "cacheMemory is '1g', expected a Size"],
  ['items in text', () => MemcachedNodes.fargate({ maxItemSize: any(5) }), 'maxItemSize is 5, expected a Size'],
  [
    'an instance type that is none',
    () => MemcachedNodes.ec2({ instanceType: new ec2.InstanceType('large') }),
    "instanceType is 'large', expected a family, a generation and a size",
  ],
  [
    'one command and no list',
    () => MemcachedNodes.ec2({ userDataCommands: any('yum update') }),
    "userDataCommands is 'yum update', expected a list",
  ],
  [
    'a command that is none',
    () => MemcachedNodes.ec2({ userDataCommands: any([null]) }),
    'an element of userDataCommands is null, expected text',
  ],
  ['an image without a name', () => MemcachedImage.fromRegistry(any(null)), 'image is null, expected text'],
  [
    'an exporter’s image with a space',
    () => PrometheusExporter.fromRegistry('a b'),
    "image is 'a b', expected up to 512 letters",
  ],
  [
    'a proxy’s image by name',
    () => Routing.haproxy({ image: any('x') }),
    "image is 'x', expected an ecs.ContainerImage",
  ],
  ['no image', () => Routing.mcrouter(any({})), 'image is undefined, expected an ecs.ContainerImage'],
  ['text for standby', () => Routing.haproxy({ standby: any('no') }), "standby is 'no', expected true or false"],
  [
    'an acknowledgement that is none',
    () => Routing.memcachedProxy({ writeAcknowledgement: any('all') }),
    "writeAcknowledgement is 'all', expected one of 'any zone', 'all zones'",
  ],
  ['a warm-up in text', () => Routing.mcrouter({ image, warmUpTtl: any('') }), "warmUpTtl is '', expected a Duration"],
  [
    'more proxies than a service runs',
    () => Routing.twemproxy({ minProxiesPerZone: 1e6 }),
    'minProxiesPerZone is 1000000, expected at most 500',
  ],
  [
    'a parameter with a space',
    () => Routing.clientSide({ serverListParameterName: 'my servers' }),
    "serverListParameterName is 'my servers', expected a name known at synthesis",
  ],
  ['a host that is none', () => new Endpoint(any({}), 1), 'hostname is an object, expected text'],
  ['a host with a space', () => new Endpoint('a b', 1), "hostname is 'a b', expected a name or an address"],
  ['a port that is none', () => new Endpoint('a', -1), 'port is -1, expected a whole number between 1 and 65535'],
  [
    'nodes that are text',
    ofNodes({ nodeEndpoints: any(['a:1']) }),
    "an element of nodeEndpoints is 'a:1', expected an",
  ],
  ['an address with a space', ofNodes({ endpointAddress: 'a b' }), "endpointAddress is 'a b', expected the host name"],
  ['a long name', ofNodes({ clusterName: 'x'.repeat(256) }), 'expected the name as the cluster has it, up to 255'],
  ['a long image', () => PrometheusExporter.fromRegistry('x'.repeat(3000)), 'expected up to 512 letters, digits and'],
  ['too few zones', stack({ maxAzs: -0 }), 'maxAzs is 0, expected a whole number between 2 and 26'],
  ['no way out', stack({ natGateways: 0 }), 'natGateways is 0, expected a whole number between 1 and 26'],
  ['a network without an id', stack({ vpcId: '' }), "vpcId is '', expected the id of a network"],
  ['a client that is none', stack({ clients: any(['10.0.0.0/8']) }), "an element of clients is '10.0.0.0/8', expected"],
  ['a topic that is none', stack({ alarmTopicArn: 'pages' }), "alarmTopicArn is 'pages', expected the ARN of an SNS"],
  ['a dashboard of nothing', dashboard({ cluster: any({}) }), 'cluster is a class of your own, expected a Memcached'],
  ['a name with a space', dashboard({ dashboardName: 'my cache' }), "dashboardName is 'my cache', expected up to 255"],
])('%s', (_, make, message) => {
  expect(make).toThrow(message);
  expect(make).not.toThrow(TypeError);
});

test.each<[string, object]>([
  ['time-outs', { timeouts: null }],
  ['alarms', { alarms: { evictions: { threshold: null, duration: null } } }],
  ['a log group', { logGroup: null }],
  ['nodes', { nodes: MemcachedNodes.ec2({ nodesPerZone: any(null) }) }],
])('%s that are null are left out, as untyped code means it', (_, props) => {
  expect(new SynthesizedCluster(props).template.toJSON()).toEqual(new SynthesizedCluster().template.toJSON());
});

test('no container has what CloudFormation’s rules take for a parameter of Fn::Sub', () => {
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate() });
  for (const role of ['Nodes', 'Proxy']) {
    const [{ Command }] = partOf(made, 'AWS::ECS::TaskDefinition', role).Properties.ContainerDefinitions;
    expect(textOf(Command[0])).not.toMatch(/\$\{\d+\}/);
  }
});

test('as many nodes as a stack holds are synthesized', () => {
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate({ nodesPerZone: 60 }) });
  expect(Object.keys(made.template.toJSON().Resources).length).toBeLessThanOrEqual(500);
  expect(made.cluster.nodes).toHaveLength(180);
  expect(Stack.of(made.cluster)).toBe(made.stack);
});
