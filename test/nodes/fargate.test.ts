import { Match } from 'aws-cdk-lib/assertions';
import { MemcachedNodes } from '../../lib';
import { SynthesizedCluster, tagsOf, type Resource, textOf } from '../synth';

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
    'memory=3276\nexec memcached -m $memory',
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

test('no process waits for its log', () => {
  made.template.allResourcesProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({
        LogConfiguration: { LogDriver: 'awslogs', Options: Match.objectLike({ mode: 'non-blocking' }) },
      }),
    ],
  });
});

test('small tasks leave at least 128 MiB', () => {
  const small = new SynthesizedCluster({ nodes: MemcachedNodes.fargate({ cpu: 256, memoryLimitMiB: 512 }) });
  expect(JSON.stringify(small.template.toJSON())).toContain('memory=384\\n');
});
