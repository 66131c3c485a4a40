import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CacheTopology, MemcachedNodes, CacheMetricDetail, Routing, type MemcachedClusterProps } from '../../lib';
import type { ProbeEvent } from '../../lib/contract/probe-event';
import { partOf, regionalStack, SynthesizedCluster, tagsOf, textOf, type Resource } from '../synth';

const FUNCTION = 'AWS::Lambda::Function';

const eventOf = (made: SynthesizedCluster): ProbeEvent =>
  JSON.parse(textOf(made.only('AWS::Scheduler::Schedule').Properties.Target.Input));

/** From whom a security group lets traffic in, with the port. */
function ingressFrom(made: SynthesizedCluster, source: string): string[] {
  return Object.values(made.resources('AWS::EC2::SecurityGroupIngress'))
    .filter(({ Properties }) => textOf(Properties.SourceSecurityGroupId).includes(source))
    .map(({ Properties }) => `${textOf(Properties.GroupId).replace(/[0-9A-F]{8}.*/, '')}:${Properties.FromPort}`)
    .sort();
}

function statementsOf(role: string, made: SynthesizedCluster): any[] {
  return Object.values(made.resources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some((each: unknown) => textOf(each).includes(role)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

describe('by default', () => {
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }) });
  const { Properties: probe, ...rest } = made.only(FUNCTION);

  test('its code is bundled with the library', () => {
    const folder = join(__dirname, '../../lib/monitoring/probe-function');
    expect(existsSync(join(folder, 'index.js'))).toBe(true);
    expect(probe).toMatchObject({ Handler: 'index.handler', Runtime: expect.stringMatching(/^nodejs/) });
  });

  test('it runs each minute, and not again when that fails', () => {
    expect(made.only('AWS::Scheduler::Schedule').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    expect(made.only('AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({ MaximumRetryAttempts: 0 });
    expect(probe.Timeout).toBeLessThan(60);
  });

  test('it knows every node, the name of the proxies and the endpoint', () => {
    const event = eventOf(made);
    expect(event.cluster).toBe(textOf(made.resolve(made.cluster.clusterName)));
    expect(event.detail).toBe('NODE');
    expect(event.nodes.map(({ name, zone }) => `${name} in ${zone}`)).toEqual([
      'a1 in a',
      'b1 in b',
      'c1 in c',
      'a2 in a',
      'b2 in b',
      'c2 in c',
    ]);
    expect(event.nodes[0]).toMatchObject({ host: expect.stringContaining('PrimaryPrivateIpAddress'), port: 11211 });
    const namespace = partOf(made, 'AWS::ServiceDiscovery::PrivateDnsNamespace', 'ProxyNames').Properties.Name;
    expect(event.proxies).toEqual({
      host: `proxies.${namespace}`,
      port: 11211,
      statistics: { engine: 'memcached', port: 11211 },
    });
    expect(event.endpoint).toMatchObject({ host: expect.stringContaining('DNSName'), port: 11211 });
  });

  test('the proxies’ tasks stand under their name', () => {
    const { ServiceRegistries } = partOf(made, 'AWS::ECS::Service', 'Proxy').Properties;
    const entry = partOf(made, 'AWS::ServiceDiscovery::Service', 'Proxy').Properties;
    expect(ServiceRegistries).toHaveLength(1);
    expect(entry).toMatchObject({ Name: 'proxies', DnsConfig: { DnsRecords: [{ TTL: 5, Type: 'A' }] } });
  });

  test('it may ask nodes, proxies and the endpoint, and nobody may ask it', () => {
    expect(ingressFrom(made, 'ProbeSecurityGroup')).toEqual([
      '${CacheNodeSecurityGroup:11211',
      '${CacheRoutingEndpointSecurityGroup:11211',
      '${CacheRoutingProxySecurityGroup:11211',
    ]);
    const group = partOf(made, 'AWS::EC2::SecurityGroup', 'ProbeSecurityGroup').Properties;
    expect(group.SecurityGroupIngress).toBeUndefined();
    expect(JSON.stringify(group.SecurityGroupEgress ?? [])).not.toContain('0.0.0.0/0');
  });

  test('its role lets it write its log and nothing else; its network interfaces are for the service alone', () => {
    const statements = statementsOf('ProbeRole', made);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Action }) => [Action].flat())).toEqual(
      expect.arrayContaining([['logs:CreateLogStream', 'logs:PutLogEvents']]),
    );
    const wild = allowed.filter(({ Resource: resource }) => resource === '*');
    expect(
      wild.flatMap(({ Action }) => Action).every((action) => /NetworkInterface|PrivateIp|DescribeSubnets/.test(action)),
    ).toBe(true);
    const denied = statements.filter(({ Effect }) => Effect === 'Deny');
    expect(denied).toMatchObject([{ Action: 'ec2:*', Condition: { ArnEquals: { 'lambda:SourceFunctionArn': {} } } }]);
    expect(partOf(made, 'AWS::IAM::Role', 'ProbeRole').Properties.ManagedPolicyArns).toBeUndefined();
    expect(rest.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/Networking/)]));
  });

  test('the schedule may run this function and nothing else', () => {
    expect(statementsOf('ProbeScheduleRole', made)).toEqual([
      expect.objectContaining({
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/ProbeFunction/), 'Arn'] },
      }),
    ]);
  });

  test('it writes JSON into the log of the cluster', () => {
    expect(probe.LoggingConfig).toMatchObject({
      LogFormat: 'JSON',
      LogGroup: made.resolve(made.cluster.logGroup.logGroupName),
    });
  });

  test('it is told by its role and cluster', () => {
    expect(tagsOf(made.only(FUNCTION))).toMatchObject({ 'cdk-memcached:role': 'probe' });
    expect(tagsOf(made.only(FUNCTION))['cdk-memcached:cluster']).toBe(textOf(made.resolve(made.cluster.clusterName)));
  });
});

test.each<[string, Partial<MemcachedClusterProps>, statistics: unknown, ports: number[]]>([
  ['haproxy', { routing: Routing.haproxy() }, { engine: 'haproxy', port: 8404 }, [11211, 8404]],
  [
    'twemproxy',
    { routing: Routing.twemproxy(), topology: CacheTopology.sharded() },
    { engine: 'twemproxy', port: 22222 },
    [11211, 22222],
  ],
  [
    'mcrouter',
    { routing: Routing.mcrouter({ image: ecs.ContainerImage.fromRegistry('mcrouter') }) },
    { engine: 'mcrouter', port: 11211 },
    [11211],
  ],
  ['nginxStream', { routing: Routing.nginxStream() }, undefined, [11211]],
])('it asks %s where that tells its statistics', (_, props, statistics, ports) => {
  const made = new SynthesizedCluster(props);
  expect(eventOf(made).proxies?.statistics).toEqual(statistics);
  expect(ingressFrom(made, 'ProbeSecurityGroup').filter((rule) => rule.includes('Proxy'))).toEqual(
    ports.map((port) => `\${CacheRoutingProxySecurityGroup:${port}`),
  );
});

test('without an endpoint there is no canary, and what tells the nodes is no proxy', () => {
  const made = new SynthesizedCluster({
    routing: Routing.clientSide({ autoDiscovery: true }),
    topology: CacheTopology.sharded(),
  });
  expect(eventOf(made).endpoint).toBeUndefined();
  expect(eventOf(made).proxies).toBeUndefined();
});

test('without it there is none, and no name for the proxies', () => {
  const made = new SynthesizedCluster({ probe: false });
  made.template.resourceCountIs(FUNCTION, 0);
  made.template.resourceCountIs('AWS::Scheduler::Schedule', 0);
  expect(partOf(made, 'AWS::ECS::Service', 'Proxy').Properties.ServiceRegistries).toEqual([]);
  expect(made.cluster.probeFunction).toBeUndefined();
});

test.each([
  ['a detail', { metricDetail: CacheMetricDetail.CLUSTER }],
  ['alarms', { alarms: { evictions: { threshold: 1 } } }],
  ['no dashboard', { dashboard: false }],
  ['no probe', { probe: false }],
])('%s touches no node and no proxy’s task', (_, props) => {
  const hosts = ['AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::TaskDefinition'];
  const of = (made: SynthesizedCluster): Record<string, Resource>[] => hosts.map((type) => made.resources(type));
  expect(of(new SynthesizedCluster(props))).toEqual(of(new SynthesizedCluster()));
});

test('the detail reaches it', () => {
  expect(eventOf(new SynthesizedCluster({ metricDetail: CacheMetricDetail.ZONE })).detail).toBe('ZONE');
});

test('a log group of the user’s is used for everything, and none is made', () => {
  const stack = regionalStack();
  const logGroup = new logs.LogGroup(stack, 'Mine', { retention: logs.RetentionDays.ONE_YEAR });
  const made = new SynthesizedCluster({ logGroup }, stack);
  made.template.resourceCountIs('AWS::Logs::LogGroup', 1);
  const name = Stack.of(logGroup).resolve(logGroup.logGroupName);
  expect(made.only(FUNCTION).Properties.LoggingConfig.LogGroup).toEqual(name);
  const [container] = partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;
  expect(container.LogConfiguration.Options['awslogs-group']).toEqual(name);
});

test('a log group of which CloudWatch makes no metrics is refused', () => {
  const stack = regionalStack();
  const logGroup = new logs.LogGroup(stack, 'Cheap', { logGroupClass: logs.LogGroupClass.INFREQUENT_ACCESS });
  expect(() => new SynthesizedCluster({ logGroup }, stack)).toThrow(
    'logGroup has the class INFREQUENT_ACCESS, expected STANDARD',
  );
});

test('what only tells clients the nodes is not opened to the probe', () => {
  const routing = Routing.clientSide({ autoDiscovery: true });
  const made = new SynthesizedCluster({ routing, topology: CacheTopology.sharded() });
  expect(ingressFrom(made, 'ProbeSecurityGroup')).toEqual(['${CacheNodeSecurityGroup:11211']);
});

test('a hundred nodes fit the input of a schedule', () => {
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate({ nodesPerZone: 34 }) });
  expect(JSON.stringify(eventOf(made)).length).toBeLessThan(256 * 1024);
});
