import { Duration, Size, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { FEATURE_FLAGS } from '../feature-flags';
import { CacheTopology, MemcachedCluster, MemcachedImage, MemcachedNodes, Routing } from '../../lib';
import { regionalStack, SynthesizedCluster, textOf, threeZones } from '../synth';

describe('by default', () => {
  const made = new SynthesizedCluster();

  test('there is a node in each of three zones', () => {
    expect(made.cluster.nodes.map(({ name }) => name)).toEqual(['a1', 'b1', 'c1']);
    expect(made.cluster.nodes.map(({ zoneLabel }) => zoneLabel)).toEqual(['a', 'b', 'c']);
    made.template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 3);
  });

  test('the endpoint is the load balancer on memcached’s port', () => {
    expect(textOf(made.resolve(made.cluster.endpoint.socketAddress))).toMatch(/LoadBalancer.*\.DNSName}:11211$/);
  });

  test('nodes have addresses of their own', () => {
    expect(made.cluster.nodeEndpoints.map(({ socketAddress }) => textOf(made.resolve(socketAddress)))).toEqual(
      ['A', 'B', 'C'].map((zone) =>
        expect.stringMatching(new RegExp(`Zone${zone}Node1Interface.*PrimaryPrivateIpAddress}:11211$`)),
      ),
    );
  });

  test('it is built for ARM processors', () => {
    made.template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
  });

  test('it warns of nothing', () => {
    Annotations.fromStack(made.stack).hasNoWarning('*', Match.anyValue());
  });
});

test('x86 is one property away, for tasks and for instances', () => {
  const made = new SynthesizedCluster({ cpuArchitecture: ecs.CpuArchitecture.X86_64 });
  made.template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    RuntimePlatform: { CpuArchitecture: 'X86_64' },
  });
  made.template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { InstanceType: 'm7i.large', ImageId: Match.stringLikeRegexp('x86_64$') },
  });
});

test('a given ECS cluster is used and none is made', () => {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  const ecsCluster = new ecs.Cluster(stack, 'Shared', { vpc });
  const made = new SynthesizedCluster({ vpc, ecsCluster, nodes: MemcachedNodes.fargate() }, stack);
  made.template.resourceCountIs('AWS::ECS::Cluster', 1);
  made.template.allResourcesProperties('AWS::ECS::Service', { Cluster: made.resolve(ecsCluster.clusterName) });
});

test('a port of one’s own goes everywhere', () => {
  const made = new SynthesizedCluster({ port: 22122 });
  const text = JSON.stringify(made.template.toJSON());
  expect(text).toContain('22122');
  expect(text).not.toContain('11211');
});

describe('the image', () => {
  test.each([
    ['ec2', MemcachedNodes.ec2()],
    ['fargate', MemcachedNodes.fargate()],
  ])('is one’s own, from ECR, on %s, and its hosts may pull it', (_, nodes) => {
    const stack = regionalStack();
    const repository = new ecr.Repository(stack, 'Repository');
    const image = MemcachedImage.fromEcrRepository(repository, '1.6.45-alpine');
    const made = new SynthesizedCluster({ nodes, image }, stack);
    const pull = {
      Action: Match.arrayWith(['ecr:BatchGetImage']),
      Resource: made.resolve(repository.repositoryArn),
    };
    // Of the nodes and of the proxies.
    made.template.resourcePropertiesCountIs(
      'AWS::IAM::Policy',
      { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(pull)]) } },
      2,
    );
  });

  test.each(['memcached:1.6.44-alpine', 'registry.example:5000/memcached:1.5.0'])('%s warns of its CVEs', (name) => {
    const made = new SynthesizedCluster({ image: MemcachedImage.fromRegistry(name) });
    Annotations.fromStack(made.stack).hasWarning('*', Match.stringLikeRegexp('CVE-2026-47783'));
  });

  test.each([
    'memcached:1.6.45',
    'memcached:1.7.0-alpine',
    'memcached',
    'registry.example/mc@sha256:0123',
    'mc:latest',
  ])('%s warns of nothing', (name) => {
    const made = new SynthesizedCluster({ image: MemcachedImage.fromRegistry(name) });
    Annotations.fromStack(made.stack).hasNoWarning('*', Match.anyValue());
  });
});

test.each([
  ['two nodes', { nodes: MemcachedNodes.ec2() }, 2, true],
  ['four nodes', { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) }, 2, false],
  ['three nodes', {}, 3, false],
])('%s in %3$s zones: a warning of few nodes is %4$s', (_, props, maxAzs, warns) => {
  const stack = regionalStack();
  const made = new SynthesizedCluster({ vpc: new ec2.Vpc(stack, 'Network', { maxAzs }), ...props }, stack);
  const found = Annotations.fromStack(made.stack).findWarning('*', Match.stringLikeRegexp('expected at least 3'));
  expect(found).toHaveLength(warns ? 1 : 0);
});

describe('bad input', () => {
  const token = (): number => Token.asNumber({ Ref: 'Parameter' });

  test.each<[string, () => unknown, string]>([
    [
      'no nodes',
      () => MemcachedNodes.ec2({ nodesPerZone: 0 }),
      'nodesPerZone is 0, expected a whole number 1 or more: a zone without nodes',
    ],
    [
      'half a node',
      () => MemcachedNodes.fargate({ nodesPerZone: 1.5 }),
      'nodesPerZone is 1.5, expected a whole number 1 or more',
    ],
    [
      'a token for nodes',
      () => MemcachedNodes.ec2({ nodesPerZone: token() }),
      'nodesPerZone is a token, expected a number known at synthesis: pass a literal',
    ],
    [
      'an unknown CPU size',
      () => MemcachedNodes.fargate({ cpu: 300, memoryLimitMiB: 512 }),
      'cpu is 300, expected a size that Fargate offers: set cpu to one of 256, 512, 1024, 2048, 4096, 8192, 16384',
    ],
    [
      'memory that does not go with the CPU',
      () => MemcachedNodes.fargate({ cpu: 256, memoryLimitMiB: 4096 }),
      'memoryLimitMiB is 4096, expected a size that Fargate offers with cpu 256: set memoryLimitMiB to one of 512, 1024, 2048, or change cpu',
    ],
    [
      'memory between two sizes',
      () => Routing.memcachedProxy({ cpu: 8192, memoryLimitMiB: 17408 }),
      'memoryLimitMiB is 17408, expected a size that Fargate offers with cpu 8192: set memoryLimitMiB to one of 16384, 20480',
    ],
    ['a token for memory', () => MemcachedNodes.fargate({ memoryLimitMiB: token() }), 'memoryLimitMiB is a token'],
    [
      'too little memory for items',
      () => MemcachedNodes.fargate({ cacheMemory: Size.mebibytes(32) }),
      'cacheMemory in MiB is 32, expected a whole number between 64 and 1920',
    ],
    [
      'more memory for items than the task leaves',
      () => MemcachedNodes.fargate({ cacheMemory: Size.mebibytes(2048) }),
      'cacheMemory in MiB is 2048, expected a whole number between 64 and 1920: of 2048 MiB, 128 are for the process and 4096 connections',
    ],
    [
      'too little memory for items on EC2',
      () => MemcachedNodes.ec2({ cacheMemory: Size.mebibytes(10) }),
      'cacheMemory in MiB is 10, expected a whole number 64 or more',
    ],
    ['no threads', () => MemcachedNodes.ec2({ threads: 0 }), 'threads is 0, expected a whole number between 1 and 128'],
    [
      'an imported port out of range',
      () => MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'C', { endpointAddress: 'c', port: -5 }),
      'port is -5, expected a whole number between 1 and 65535',
    ],
    [
      'an imported endpoint without an address',
      () => MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'C', { endpointAddress: '' }),
      "endpointAddress is '', expected the host name",
    ],
    [
      'a port below 1024',
      () => new SynthesizedCluster({ port: 80 }),
      'port is 80, expected a whole number between 1024 and 65535',
    ],
    [
      'a port above 65535',
      () => new SynthesizedCluster({ port: 70000 }),
      'port is 70000, expected a whole number between 1024 and 65535',
    ],
    [
      'a token for the port',
      () => new SynthesizedCluster({ port: token() }),
      'port is a token, expected a number known at synthesis',
    ],
    [
      'no proxies',
      () => Routing.memcachedProxy({ minProxiesPerZone: 0 }),
      'minProxiesPerZone is 0, expected a whole number 1 or more',
    ],
    [
      'inverted bounds',
      () => Routing.memcachedProxy({ minProxiesPerZone: 3, maxProxiesPerZone: 2 }),
      'maxProxiesPerZone is 2, expected a whole number 3 or more: it cannot be lower than minProxiesPerZone (3)',
    ],
    [
      'no room for scaling',
      () => Routing.memcachedProxy({ targetCpuUtilizationPercent: 100 }),
      'targetCpuUtilizationPercent is 100, expected a whole number between 10 and 90',
    ],
    [
      'a gutter without end',
      () => CacheTopology.sharded({ gutterTtl: Duration.days(1) }),
      'gutterTtl in seconds is 86400, expected a whole number between 1 and 3600',
    ],
    [
      'a gutter of a token',
      () => CacheTopology.sharded({ gutterTtl: Duration.seconds(token()) }),
      'gutterTtl is a token, expected a duration known at synthesis',
    ],
    [
      'an image with a space',
      () => MemcachedImage.fromRegistry('memcached; reboot'),
      "image is 'memcached; reboot', expected up to 512 letters, digits and . / : @ _ - only: write it as registry/repository:tag",
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });

  test.each<[string, (stack: Stack) => { vpc: ec2.IVpc; vpcSubnets?: ec2.SubnetSelection }, string]>([
    [
      'one zone',
      (stack) => ({ vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 }) }),
      'vpcSubnets selects 1 zone, expected at least 2: a cache in one zone is lost with it',
    ],
    [
      'no subnets of the default type',
      (stack) => ({
        vpc: new ec2.Vpc(stack, 'Vpc', {
          natGateways: 0,
          subnetConfiguration: [{ name: 'p', subnetType: ec2.SubnetType.PUBLIC }],
        }),
      }),
      'vpcSubnets selects no subnet (',
    ],
    [
      'a subnet twice, in zones whose names are not known',
      () => {
        const vpc = new ec2.Vpc(new Stack(), 'Vpc');
        return { vpc, vpcSubnets: { subnets: [vpc.privateSubnets[0], vpc.privateSubnets[0]] } };
      },
      'vpcSubnets selects more than one subnet in a zone, expected one in each zone',
    ],
    [
      'an empty list',
      (stack) => ({ vpc: threeZones(stack), vpcSubnets: { subnets: [] } }),
      'vpcSubnets selects no subnet (nothing matches), expected one in each of at least 2 zones',
    ],
    [
      'two subnets in a zone',
      (stack) => {
        const vpc = threeZones(stack);
        return { vpc, vpcSubnets: { subnets: [vpc.privateSubnets[0], vpc.publicSubnets[0]] } };
      },
      'vpcSubnets selects more than one subnet in eu-west-1a, expected one in each zone',
    ],
  ])('%s', (_, network, message) => {
    const stack = regionalStack();
    expect(() => new MemcachedCluster(stack, 'Cache', network(stack))).toThrow(message);
  });
});

test.each([
  ['public', { subnetType: ec2.SubnetType.PUBLIC }, true],
  ['private', { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, false],
])('%s subnets: a warning of no way out is %p', (_, vpcSubnets, warns) => {
  const made = new SynthesizedCluster({ vpcSubnets });
  const found = Annotations.fromStack(made.stack).findWarning('*', Match.stringLikeRegexp('public or isolated'));
  expect(found).toHaveLength(warns ? 1 : 0);
});

test('an old release in ECR warns of its CVEs', () => {
  const stack = regionalStack();
  const image = MemcachedImage.fromEcrRepository(new ecr.Repository(stack, 'Repository'), '1.6.20');
  const made = new SynthesizedCluster({ image }, stack);
  Annotations.fromStack(made.stack).hasWarning('*', Match.stringLikeRegexp('memcached 1.6.20, expected 1.6.45'));
});

test('an image in ECR of another region is pulled from there', () => {
  const stack = regionalStack();
  const arn = 'arn:aws:ecr:us-east-1:123456789012:repository/memcached';
  const repository = ecr.Repository.fromRepositoryArn(stack, 'Repository', arn);
  const made = new SynthesizedCluster({ image: MemcachedImage.fromEcrRepository(repository, '1.6.45') }, stack);
  const text = textOf(made.only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData);
  expect(text).toContain('get-login-password --region us-east-1');
});

test('what the promise rests on does not hang on feature flags', () => {
  const plain = new SynthesizedCluster();
  const flagged = new SynthesizedCluster({}, regionalStack(FEATURE_FLAGS));
  for (const type of [
    'AWS::AutoScaling::AutoScalingGroup',
    'AWS::EC2::LaunchTemplate',
    'AWS::EC2::NetworkInterface',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    'AWS::ElasticLoadBalancingV2::Listener',
    'AWS::ECS::Service',
  ]) {
    const properties = (made: SynthesizedCluster): unknown[] =>
      Object.values(made.resources(type)).map(({ Properties }) => {
        // Without a flag the core library spells out that a deployment has no alarms.
        if (Properties.DeploymentConfiguration) delete Properties.DeploymentConfiguration.Alarms;
        return Properties;
      });
    expect(properties(flagged)).toEqual(properties(plain));
  }
});

test('two clusters fit one stack', () => {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  new MemcachedCluster(stack, 'Sessions', { vpc, nodes: MemcachedNodes.fargate() });
  new MemcachedCluster(stack, 'Pages', { vpc, nodes: MemcachedNodes.fargate() });
  const names = Object.values(
    Template.fromStack(stack).findResources('AWS::ServiceDiscovery::PrivateDnsNamespace'),
  ).map((resource) => (resource as { Properties: { Name: string } }).Properties.Name);
  expect(names).toHaveLength(4);
  expect(new Set(names).size).toBe(4);
});
