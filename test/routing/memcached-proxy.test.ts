import { Duration, Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CacheTopology, MemcachedNodes, Routing, WriteAcknowledgement } from '../../lib';
import { partOf, proxyCommand, SynthesizedCluster, tagsOf } from '../synth';

/** The names of all nodes in their order, and of those that the numbers of a zone stand for. */
function allIn(command: string): string[] {
  return [.../^local all = (.*)$/m.exec(command)![1]!.matchAll(/"(\w+)\.[^"]*:11211"/g)].map(([, name]) => name!);
}

function zoneIn(command: string, zone: string): string[] {
  const [, numbers] = new RegExp(`^for zone, numbers in .*\\b${zone} = { ([\\d, ]+) }`, 'm').exec(command)!;
  return numbers!.split(', ').map((number) => allIn(command)[Number(number) - 1]!);
}

describe('replicated', () => {
  const command = proxyCommand(new SynthesizedCluster({ nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) }));

  test('has a pool for each zone, of that zone’s nodes', () => {
    for (const zone of ['a', 'b', 'c']) expect(zoneIn(command, zone)).toEqual([`${zone}1`, `${zone}2`]);
  });

  test('reads go on after a miss, writes go everywhere', () => {
    expect(command).toContain('local every = false\n');
    expect(command).toContain('default = route_copies(zone_by_zone()),');
  });

  test('writes are answered when all zones have stored them, where that is chosen', () => {
    const routing = Routing.memcachedProxy({ writeAcknowledgement: WriteAcknowledgement.ALL_ZONES });
    expect(proxyCommand(new SynthesizedCluster({ routing }))).toContain('local every = true\n');
  });

  test('each proxy finds its zone from its task’s metadata', () => {
    expect(command).toContain('$ECS_CONTAINER_METADATA_URI_V4/task');
    for (const zone of ['a', 'b', 'c']) expect(command).toContain(`eu-west-1${zone}) MCZONE=${zone} ;;`);
  });

  test('works where the zones’ names are known only at deployment', () => {
    const stack = new Stack();
    const made = new SynthesizedCluster({ vpc: new ec2.Vpc(stack, 'Vpc') }, stack);
    const text = JSON.stringify(
      partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions[0].Command,
    );
    expect(text).toContain('{"Fn::Select":[0,{"Fn::GetAZs":""}]},") MCZONE=a');
    expect(text).toContain('{"Fn::Select":[1,{"Fn::GetAZs":""}]},") MCZONE=b');
  });
});

describe('sharded', () => {
  const command = proxyCommand(
    new SynthesizedCluster({
      topology: CacheTopology.sharded({ gutterTtl: Duration.seconds(30) }),
      nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }),
    }),
  );

  test('has one pool in the stable order', () => {
    expect(allIn(command)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  test('has gutters that share no node, so that one is left whatever node or zone is lost', () => {
    expect(zoneIn(command, 'a')).toEqual(['a1', 'a2']);
    expect(zoneIn(command, 'b')).toEqual(['b1', 'b2']);
    expect(zoneIn(command, 'c')).toEqual(['c1', 'c2']);
  });

  test('values in a gutter live for its TTL', () => {
    expect(command).toContain('local ttl = 30\n');
  });
});

test.each([
  [undefined, 1],
  [512, 1],
  [2048, 2],
])('has a thread for each processor, and a clock for each thread: %s', (cpu, threads) => {
  const command = proxyCommand(new SynthesizedCluster({ routing: Routing.memcachedProxy({ cpu }) }));
  expect(command).toContain(` -t ${threads} `);
  expect(command.match(/^sh \/tmp\/clock\.sh 11209 &$/gm)).toHaveLength(threads);
});

test('the texts leave room in a task definition, with a hundred nodes', () => {
  const nodes = MemcachedNodes.fargate({ nodesPerZone: 33 });
  // The rest of the definition takes 4 KiB of the 64, and users' own settings need some.
  expect(proxyCommand(new SynthesizedCluster({ nodes })).length).toBeLessThan(54 * 1024);
});

describe('a retry is whole seconds, one by default', () => {
  const given = (retry?: Duration): string => proxyCommand(new SynthesizedCluster({ timeouts: { retry } }));

  test.each([
    [undefined, 1, 4800],
    [Duration.seconds(5), 5, 8800],
  ])('%s', (retry, seconds, quarantine) => {
    expect(given(retry)).toContain(`backend_retry_waittime = ${seconds},`);
    expect(given(retry)).toContain(`local QUARANTINE, SLOW, LIMIT = ${quarantine}, 160000, 10000\n`);
  });

  test('a part of one is refused', () => {
    expect(() => given(Duration.millis(1500))).toThrow(
      "timeouts.retry in seconds is 1.5, expected a whole number between 1 and 600: memcached's proxy counts in whole seconds",
    );
  });
});

describe('what a proxy takes at once', () => {
  const limitsOf = (options: Parameters<typeof Routing.memcachedProxy>[0]): string =>
    /active_req_limit = \d+, buffer_memory_limit = \d+/.exec(
      proxyCommand(new SynthesizedCluster({ routing: Routing.memcachedProxy(options) })),
    )![0];

  test.each<[string, Parameters<typeof Routing.memcachedProxy>[0], requests: number, kibibytes: number]>([
    ['by default', {}, 12_288, 131_072],
    ['with more memory', { cpu: 1024, memoryLimitMiB: 4096 }, 98_304, 1_048_576],
    ['as chosen', { maxActiveRequests: 1000, maxBufferMemory: Size.mebibytes(64) }, 1000, 65_536],
  ])('%s', (_, options, requests, kibibytes) => {
    expect(limitsOf(options)).toBe(`active_req_limit = ${requests}, buffer_memory_limit = ${kibibytes}`);
  });

  test.each<[Parameters<typeof Routing.memcachedProxy>[0], string]>([
    [{ maxActiveRequests: 255 }, 'maxActiveRequests is 255, expected a whole number between 256 and 28672: '],
    [{ maxActiveRequests: 30_000 }, 'maxActiveRequests is 30000, expected a whole number between 256 and 28672: '],
    [
      { maxBufferMemory: Size.mebibytes(4) },
      'maxBufferMemory in MiB is 4, expected a whole number between 8 and 256: ',
    ],
    [
      { maxBufferMemory: Size.kibibytes(9000) },
      'maxBufferMemory in MiB is 8.7890625, expected a whole number between 8 and 256: ',
    ],
  ])('%p is an error', (options, message) => {
    expect(() => Routing.memcachedProxy(options)).toThrow(message);
  });
});

test('the port that a proxy is told the time on is not that of the clients', () => {
  expect(() => new SynthesizedCluster({ port: 11209 })).toThrow('port is 11209, expected another one');
});

describe('the tier', () => {
  const made = new SynthesizedCluster({
    routing: Routing.memcachedProxy({ minProxiesPerZone: 2, maxProxiesPerZone: 5, targetCpuUtilizationPercent: 40 }),
  });
  const service = partOf(made, 'AWS::ECS::Service', 'Proxy');

  test('is one service over all zones that rebalances and never falls below its number', () => {
    expect(service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets).toHaveLength(3);
    expect(service.Properties).toMatchObject({
      AvailabilityZoneRebalancing: 'ENABLED',
      DeploymentConfiguration: { MinimumHealthyPercent: 100, MaximumPercent: 200 },
    });
    expect(tagsOf(service)['cdk-memcached:role']).toBe('proxy');
  });

  test('scales on CPU between its bounds, and no update sets it back', () => {
    expect(service.Properties.DesiredCount).toBeUndefined();
    made.template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 6,
      MaxCapacity: 15,
    });
    made.template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        TargetValue: 40,
      },
    });
  });

  test('is registered with the endpoint’s targets', () => {
    const [target] = Object.keys(made.resources('AWS::ElasticLoadBalancingV2::TargetGroup'));
    expect(service.Properties.LoadBalancers).toEqual([
      { ContainerName: 'memcached', ContainerPort: 11211, TargetGroupArn: { Ref: target } },
    ]);
  });

  test('a proxy that hangs is replaced', () => {
    const [container] = partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;
    expect(container.HealthCheck).toMatchObject({
      Command: ['CMD-SHELL', expect.stringContaining('version')],
      Retries: 3,
    });
  });
});
