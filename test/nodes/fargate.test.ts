import { Size } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { MemcachedNodes, PrometheusExporter, type FargateNodesOptions, type MemcachedClusterProps } from '../../lib';
import { partOf, SynthesizedCluster, tagsOf, type Resource, textOf } from '../synth';

const made = new SynthesizedCluster({
  nodes: MemcachedNodes.fargate({ nodesPerZone: 2, cpu: 1024, memoryLimitMiB: 4096 }),
});
const services = Object.values(made.resources('AWS::ECS::Service')).filter(
  (service) => tagsOf(service)['cdk-memcached:role'] === 'node',
);

test('a node is two resources: a service of one task in one subnet, and its name', () => {
  expect(services).toHaveLength(6);
  const names = Object.keys(made.resources('AWS::ServiceDiscovery::Service')).filter((id) => id.includes('Nodes'));
  expect(names).toHaveLength(6);
  for (const { Properties } of services) {
    expect(Properties.DesiredCount).toBe(1);
    expect(Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets).toHaveLength(1);
    expect(Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    expect(Properties.ServiceRegistries).toHaveLength(1);
  }
});

test('the new task answers before the old one leaves, and no rebalancing moves it', () => {
  for (const { Properties } of services) {
    expect(Properties).toMatchObject({
      AvailabilityZoneRebalancing: 'DISABLED',
      DeploymentConfiguration: { MinimumHealthyPercent: 100, MaximumPercent: 200 },
    });
  }
});

test('resolvers forget soon: the record and its absence', () => {
  made.template.allResourcesProperties('AWS::ServiceDiscovery::Service', {
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 5 }] },
  });
  made.template.hasResourceProperties('AWS::ServiceDiscovery::PrivateDnsNamespace', {
    Properties: { DnsProperties: { SOA: { TTL: 5 } } },
  });
});

test('all nodes share one task definition, which leaves memory beside the items', () => {
  const tasks = new Set(services.map(({ Properties }) => JSON.stringify(Properties.TaskDefinition)));
  expect(tasks.size).toBe(1);
  const [task] = Object.entries(made.resources('AWS::ECS::TaskDefinition'))
    .filter(([id]) => id.includes('Nodes'))
    .map(([, resource]: [string, Resource]) => resource);
  expect(task.Properties).toMatchObject({ Cpu: '1024', Memory: '4096' });
  expect(textOf(task.Properties.ContainerDefinitions[0].Command[0])).toContain(
    '\nexec memcached -p 11211 -m 3346 -c 8192 -t 1 -b 4096 -I 1024k\n',
  );
});

test('a container that does not answer is replaced', () => {
  made.template.allResourcesProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({
        HealthCheck: {
          Command: ['CMD-SHELL', Match.stringLikeRegexp('version')],
          Interval: 5,
          Timeout: 4,
          Retries: 3,
          StartPeriod: 10,
        },
      }),
    ],
  });
});

test('a process that ends starts again in its task, unless it has not lasted', () => {
  made.template.allResourcesProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({ Essential: true, RestartPolicy: { Enabled: true, RestartAttemptPeriod: 60 } }),
    ],
  });
});

test('each process may open a file for each connection, whatever docker is set to', () => {
  made.template.allResourcesProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ Ulimits: [{ Name: 'nofile', SoftLimit: 65_535, HardLimit: 65_535 }] })],
  });
});

test('no process waits for its log', () => {
  made.template.allResourcesProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({
        LogConfiguration: { LogDriver: 'awslogs', Options: Match.objectLike({ mode: 'non-blocking' }) },
      }),
    ],
  });
});

describe('memory for connections and the hash table', () => {
  const sized = (options: FargateNodesOptions, props: Partial<MemcachedClusterProps> = {}): string => {
    const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate(options), ...props });
    const [container] = partOf(made, 'AWS::ECS::TaskDefinition', 'Nodes').Properties.ContainerDefinitions;
    return /-m .* -t \d+/.exec(textOf(container.Command[0]))![0];
  };

  test.each<[string, FargateNodesOptions, string]>([
    ['the least task', { cpu: 256, memoryLimitMiB: 512 }, '-m 370 -c 1024 -t 1'],
    ['the default', {}, '-m 1645 -c 4096 -t 1'],
    ['several processors', { cpu: 4096, memoryLimitMiB: 30720 }, '-m 26057 -c 16384 -t 4'],
    ['more connections', { maxConnections: 32768 }, '-m 1261 -c 32768 -t 1'],
    ['more memory for items', { cacheMemory: Size.mebibytes(1900) }, '-m 1900 -c 4096 -t 1'],
    ['fewer threads', { cpu: 2048, memoryLimitMiB: 4096, threads: 1 }, '-m 3346 -c 8192 -t 1'],
  ])('%s', (_, options, expected) => {
    expect(sized(options)).toBe(expected);
  });

  test('what an exporter takes is not memcached’s', () => {
    expect(sized({}, { prometheus: PrometheusExporter.official() })).toBe('-m 1592 -c 3968 -t 1');
  });

  test.each<[FargateNodesOptions, string]>([
    [
      { cpu: 256, memoryLimitMiB: 512, maxConnections: 30_000 },
      'maxConnections is 30000, expected a whole number between 45 and 24576: each takes 16 KiB of the 512 MiB',
    ],
    [
      { cacheMemory: Size.mebibytes(1950), maxConnections: 8192 },
      'cacheMemory in MiB is 1950, expected a whole number between 64 and 1856: of 2048 MiB, 192 are for the process and 8192',
    ],
    [
      { cpu: 256, memoryLimitMiB: 512, maxItemSize: Size.mebibytes(217) },
      'maxItemSize in KiB is 222208, expected a whole number between 512 and 221184: an item may take half',
    ],
  ])('%j does not fit', (options, message) => {
    expect(() => MemcachedNodes.fargate(options)).toThrow(message);
  });
});
