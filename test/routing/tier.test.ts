import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  CacheTopology,
  MemcachedNodes,
  Routing,
  type IRouting,
  type MemcachedClusterProps,
  type ProxyTierOptions,
} from '../../lib';
import { alarm } from '../monitoring/synthesized-alarms';
import { partOf, proxyCommand, SynthesizedCluster, textOf } from '../synth';

const topology = CacheTopology.sharded();

test.each([
  ['haproxy', Routing.haproxy(), 8404],
  ['nginxStream', Routing.nginxStream(), 8405],
  ['twemproxy', Routing.twemproxy(), 22222],
  ['auto discovery', Routing.clientSide({ autoDiscovery: true }), 8404],
])('%s does not share a port with its own statistics or health', (_, routing: IRouting, port) => {
  expect(() => new SynthesizedCluster({ topology, routing, port })).toThrow(
    `port is ${port}, expected another one: the routing's own processes take it; choose a port other than ${port}`,
  );
  expect(() => new SynthesizedCluster({ topology, routing, port: port + 1 })).not.toThrow();
});

test.each([
  ['proxies', Routing.memcachedProxy()],
  ['what tells the nodes', Routing.clientSide({ autoDiscovery: true })],
])('%s come after the nodes of the last zone', (_, routing) => {
  const service = new SynthesizedCluster({ topology, routing }).only('AWS::ECS::Service');
  expect(service.DependsOn).toContainEqual(expect.stringMatching(/^CacheNodesZoneCGate/));
});

describe('a deployment of the proxies that fails the canary', () => {
  const alarmsOf = (props: Partial<MemcachedClusterProps>) =>
    partOf(new SynthesizedCluster(props), 'AWS::ECS::Service', 'Routing').Properties.DeploymentConfiguration.Alarms;

  test('is rolled back, by an alarm that it does not wait for', () => {
    const made = new SynthesizedCluster();
    const { Alarms } = made.only('AWS::ECS::Service').Properties.DeploymentConfiguration;
    const { AlarmName } = alarm(made, 'CanaryFailing');
    expect(Alarms).toEqual({ AlarmNames: [AlarmName], Enable: true, Rollback: true });
    expect(textOf(AlarmName)).toMatch(/^\$\{AWS::StackName\}-.*-CanaryFailing$/);
  });

  test.each<[string, Partial<MemcachedClusterProps>]>([
    ['no probe', { probe: false }],
    ['no such alarm', { alarms: { canaryFailing: { enabled: false } } }],
    ['no endpoint', { topology, routing: Routing.clientSide({ autoDiscovery: true }) }],
  ])('there is none with %s', (_, props) => {
    expect(alarmsOf(props)).toMatchObject({ AlarmNames: [], Enable: false });
  });

  test('is told of at no synthesis', () => {
    const { stack } = new SynthesizedCluster();
    expect(Annotations.fromStack(stack).findInfo('*', Match.anyValue())).toEqual([]);
  });
});

test.each<[string, IRouting, object | undefined]>([
  ['memcached’s proxy', Routing.memcachedProxy(), { engine: 'memcached', port: 11211 }],
  [
    'mcrouter',
    Routing.mcrouter({ image: ContainerImage.fromRegistry('registry.example/mcrouter:1') }),
    { engine: 'mcrouter', port: 11211 },
  ],
  ['twemproxy', Routing.twemproxy(), { engine: 'twemproxy', port: 22222 }],
  ['haproxy', Routing.haproxy(), { engine: 'haproxy', port: 8404 }],
  ['nginx', Routing.nginxStream(), undefined],
])('the probe is told how to ask %s', (_, routing, statistics) => {
  const { Target } = new SynthesizedCluster({ topology, routing }).only('AWS::Scheduler::Schedule').Properties;
  expect(JSON.parse(textOf(Target.Input)).proxies.statistics).toEqual(statistics);
});

test('what a proxy gave up its kernel gives up too, in its own network alone; nodes and proxies take many clients at once', () => {
  const controls = (resources: Record<string, any>) =>
    Object.entries(resources).map(([id, { Properties }]) => [
      /(Proxy|Nodes)/.exec(id)![0],
      Properties.ContainerDefinitions[0].SystemControls,
    ]);
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate() });
  expect(Object.fromEntries(controls(made.resources('AWS::ECS::TaskDefinition')))).toEqual({
    Nodes: [{ Namespace: 'net.core.somaxconn', Value: '4096' }],
    Proxy: [
      { Namespace: 'net.ipv4.tcp_orphan_retries', Value: '1' },
      { Namespace: 'net.core.somaxconn', Value: '4096' },
    ],
  });
});

describe('a proxy counts on the processors and the memory of its task', () => {
  const image = ContainerImage.fromRegistry('mcrouter');
  test.each<
    [string, (size: ProxyTierOptions & { maxConnections?: number }) => IRouting, RegExp, string, string, string]
  >([
    ['memcached', Routing.memcachedProxy, /-t \d+ -c \d+/, '-t 1 -c 8192', '-t 4 -c 16384', '-t 1 -c 500'],
    [
      'mcrouter',
      (size) => Routing.mcrouter({ image, ...size }),
      /num-proxies=\d+/,
      'num-proxies=1',
      'num-proxies=4',
      '',
    ],
    [
      'haproxy',
      Routing.haproxy,
      /maxconn \d+\n {2}nbthread \d+/,
      'maxconn 8448\n  nbthread 1',
      'maxconn 16640\n  nbthread 4',
      'maxconn 756\n  nbthread 1',
    ],
    [
      'nginx',
      Routing.nginxStream,
      /(worker_processes \d+|worker_connections \d+)/g,
      'worker_processes 1,worker_connections 16448',
      'worker_processes 4,worker_connections 8256',
      'worker_processes 1,worker_connections 1064',
    ],
  ])('%s', (_, routing, pattern, small, large, chosen) => {
    const said = (size: ProxyTierOptions & { maxConnections?: number }): string =>
      String(proxyCommand(new SynthesizedCluster({ topology, routing: routing(size) })).match(pattern));
    expect(said({})).toBe(small);
    expect(said({ cpu: 4096 })).toBe(large);
    if (chosen) expect(said({ maxConnections: 500 })).toBe(chosen);
  });

  test.each([Routing.memcachedProxy, Routing.haproxy, Routing.nginxStream])(
    'more connections than its memory is enough for are an error',
    (routing) => {
      expect(() => routing({ maxConnections: 20_000 })).toThrow(
        'maxConnections is 20000, expected a whole number between 128 and 12288: a proxy has 512 MiB',
      );
      expect(() => routing({ cpu: 1024, maxConnections: 20_000 })).not.toThrow();
    },
  );
});
