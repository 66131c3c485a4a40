import { App, Size, Stack, type CfnElement } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import {
  CacheDashboard,
  CacheTopology,
  ContainerCommands,
  HaCacheStack,
  MemcachedCluster,
  MemcachedImage,
  MemcachedNodes,
  Routing,
  type CacheContext,
  type IMemcachedCluster,
  type IMemcachedNodes,
  type MemcachedNodeFleet,
  type MemcachedNodesBindOptions,
} from '../lib';
import { regionalStack, SynthesizedCluster, tagsOf, textOf } from './synth';

describe('an alarm by its id', () => {
  const made = new SynthesizedCluster();
  const { cluster, stack } = made;

  test.each(['CacheDown', 'CacheDegraded', 'CanaryFailing', 'ZoneBNodeUnreachable', 'ZoneCNodeLost'])('%s', (id) => {
    const logicalId = stack.getLogicalId(cluster.alarm(id).node.defaultChild as CfnElement);
    const resource = made.template.toJSON().Resources[logicalId];
    expect(tagsOf(resource)['cdk-memcached:alarm']).toBe(id);
  });

  test('is one of the two composite alarms, too', () => {
    expect(cluster.alarm('CacheDown')).toBe(cluster.downAlarm);
    expect(cluster.alarms).toContain(cluster.alarm('CanaryFailing'));
  });

  test.each([
    ['one that there is none of', {}, 'CacheLost'],
    ['one that is switched off', { alarms: { evictions: { enabled: false } } }, 'Evictions'],
  ])('%s is an error that lists them', (_, props, id) => {
    const { cluster: tuned } = new SynthesizedCluster(props);
    expect(() => tuned.alarm(id)).toThrow(
      new RegExp(
        `^the id of an alarm is '${id}', expected one of .*CanaryFailing.*, CacheDegraded: .*\\[Stack/Cache/Alarms\\]$`,
      ),
    );
  });
});

describe('isMemcachedCluster', () => {
  const { cluster, stack } = new SynthesizedCluster();
  const imported = MemcachedCluster.fromMemcachedClusterAttributes(stack, 'Imported', { endpointAddress: 'cache' });

  test.each<[string, unknown, boolean]>([
    ['one made here', cluster, true],
    ['one made elsewhere', imported, true],
    ['another construct', stack, false],
    ['something like one', { serverList: 'cache:11211' }, false],
    ['nothing', undefined, false],
  ])('%s', (_, value, expected) => {
    expect(MemcachedCluster.isMemcachedCluster(value)).toBe(expected);
  });
});

test('a dashboard of a cluster of one’s own class is an error', () => {
  const stack = new Stack();
  const own = new Construct(stack, 'Own') as unknown as IMemcachedCluster;
  expect(() => CacheDashboard.widgets(own)).toThrow(
    'cluster is a class of your own, expected a MemcachedCluster, or one from MemcachedCluster.fromMemcachedClusterAttributes',
  );
});

test('errors name the construct that they are about', () => {
  const stack = regionalStack();
  expect(() => new SynthesizedCluster({ routing: Routing.twemproxy() }, stack)).toThrow(/\[Stack\/Cache\/Routing\]$/);
});

describe('the ready-made stack takes what the cluster takes', () => {
  const stack = new HaCacheStack(new App(), 'HaCache', {
    image: MemcachedImage.fromRegistry('registry.example/memcached:1.6.45'),
    port: 12000,
    cpuArchitecture: ecs.CpuArchitecture.X86_64,
    topology: CacheTopology.sharded(),
    dashboard: false,
  });

  test('port, image and processors', () => {
    expect(stack.cluster.endpoint.socketAddress).toMatch(/:12000$/);
    const task = stack.cluster.proxyService!.taskDefinition as ecs.FargateTaskDefinition;
    expect(task.defaultContainer?.imageName).toBe('registry.example/memcached:1.6.45');
    expect(stack.resolve((task.node.defaultChild as ecs.CfnTaskDefinition).runtimePlatform)).toMatchObject({
      cpuArchitecture: 'X86_64',
    });
  });

  test('what has a default of its own keeps it', () => {
    expect(stack.cluster.nodes.map(({ name }) => name)).toEqual(['a1', 'b1', 'a2', 'b2']);
    expect(stack.cluster.dashboard).toBeUndefined();
  });
});

describe('what a compute of one’s own needs', () => {
  let context: CacheContext | undefined;
  const own: IMemcachedNodes = {
    bind(scope: Construct, options: MemcachedNodesBindOptions): MemcachedNodeFleet {
      context = options.context;
      return MemcachedNodes.ec2({ nodesPerZone: 2 }).bind(scope, options);
    },
  };
  const { stack } = new SynthesizedCluster({ nodes: own });

  test('the process of a node, as a container', () => {
    const specification = MemcachedNodes.process(context!, { cacheMemory: Size.gibibytes(1), threads: 2 });
    const script = textOf(stack.resolve(ContainerCommands.script(specification, context!.clusterName)));
    expect(script).toContain('exec memcached -p 11211 -m $1 -c $2 -t 2 -b 4096 -I 1024k');
    expect(specification.healthProbe).toBe(ContainerCommands.versionProbe(11211));
  });

  test('the places of the nodes, in the order of the pool', () => {
    const places = MemcachedNodes.places(context!, 2);
    expect(places.map(({ name, index, zone }) => `${name} ${zone.label} ${index}`)).toEqual([
      'a1 a 1',
      'b1 b 1',
      'c1 c 1',
      'a2 a 2',
      'b2 b 2',
      'c2 c 2',
    ]);
  });
});
