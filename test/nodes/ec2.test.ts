import { Duration, Size, Stage, Token } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  MemcachedCluster,
  MemcachedNodes,
  PrometheusExporter,
  Routing,
  type Ec2NodesOptions,
  type MemcachedClusterProps,
} from '../../lib';
import { partOf, regionalStack, SynthesizedCluster, tagsOf, textOf, threeZones, type Resource } from '../synth';

const made = new SynthesizedCluster({ nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }) });

function launchTemplate(props: Ec2NodesOptions = {}): Resource['Properties'] {
  return new SynthesizedCluster({ nodes: MemcachedNodes.ec2(props) }).only('AWS::EC2::LaunchTemplate').Properties
    .LaunchTemplateData;
}

function userData(props: Ec2NodesOptions = {}): string {
  return textOf(launchTemplate(props).UserData);
}

test('a node is two resources: an interface and a group of one in its subnet', () => {
  const groups = Object.values(made.resources('AWS::AutoScaling::AutoScalingGroup'));
  const interfaces = made.resources('AWS::EC2::NetworkInterface');
  expect(groups).toHaveLength(6);
  expect(Object.keys(interfaces)).toHaveLength(6);
  for (const group of groups) {
    expect(group.Properties).toMatchObject({ MinSize: '1', MaxSize: '1', DesiredCapacity: '1' });
    const own = tagsOf(group)['cdk-memcached:interface'].replace(/[${}]/g, '');
    expect(group.Properties.VPCZoneIdentifier).toEqual([interfaces[own].Properties.SubnetId]);
  }
});

test('a node learns who it is from tags that its instance carries', () => {
  for (const [id, group] of Object.entries(made.resources('AWS::AutoScaling::AutoScalingGroup'))) {
    const tags = tagsOf(group);
    expect(tags['cdk-memcached:group']).toBe(id);
    expect(tags['cdk-memcached:role']).toBe('node');
    expect(id).toContain(`Zone${tags['cdk-memcached:node'][0].toUpperCase()}Node${tags['cdk-memcached:node'][1]}`);
    expect(group.Properties.Tags).toEqual(
      group.Properties.Tags.map((tag: object) => ({ ...tag, PropagateAtLaunch: true })),
    );
  }
  expect(launchTemplate().MetadataOptions.InstanceMetadataTags).toBe('enabled');
});

test('no address is written into the template: the interface keeps the one it is given', () => {
  made.template.allResourcesProperties('AWS::EC2::NetworkInterface', { PrivateIpAddress: Match.absent() });
});

test('an update replaces the one instance of a group and waits for its signal', () => {
  made.template.allResources('AWS::AutoScaling::AutoScalingGroup', {
    UpdatePolicy: {
      AutoScalingRollingUpdate: Match.objectLike({
        MinInstancesInService: 0,
        MaxBatchSize: 1,
        WaitOnResourceSignals: true,
      }),
    },
    CreationPolicy: { ResourceSignal: { Count: 1 } },
  });
});

test('metadata asks for a token, disks are encrypted, the machine image is resolved at launch', () => {
  expect(launchTemplate()).toMatchObject({
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
  });
});

test.each([
  ['m7i.xlarge', /x86_64$/],
  ['r8g.large', /arm64$/],
  [Token.asString({ Ref: 'Type' }), /arm64$/],
])('the machine image suits %s', (type, image) => {
  expect(launchTemplate({ instanceType: new ec2.InstanceType(type) }).ImageId).toMatch(image);
});

test('an instance may attach interfaces of the cluster to itself alone, take them, write to the log, and little else', () => {
  const [policy] = Object.entries(made.resources('AWS::IAM::Policy'))
    .find(([id]) => id.includes('LaunchTemplateRole'))!
    .slice(1) as [Resource];
  expect(policy.Properties.PolicyDocument.Statement).toHaveLength(5);
  const [interfaces, itself, others, seen, log] = policy.Properties.PolicyDocument.Statement;
  const arn = 'arn:${AWS::Partition}:ec2:eu-west-1:123456789012';
  const about = ({ Effect, Action, Resource, Condition }: any): unknown => [
    Effect,
    Action,
    textOf(Resource),
    Condition,
  ];
  const [attach, detach] = ['ec2:AttachNetworkInterface', 'ec2:DetachNetworkInterface'];
  const ofCluster = { StringEquals: { 'aws:ResourceTag/cdk-memcached:cluster': expect.anything() } };
  const own = { ArnEquals: { 'ec2:SourceInstanceARN': expect.anything() } };
  expect(about(interfaces)).toEqual(['Allow', [attach, detach], `${arn}:network-interface/*`, ofCluster]);
  expect(about(itself)).toEqual(['Allow', attach, `${arn}:instance/*`, own]);
  expect(itself.Condition.ArnEquals['ec2:SourceInstanceARN']).toEqual({
    'Fn::Sub': 'arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/${!ec2:InstanceID}',
  });
  expect(about(others)).toEqual(['Allow', detach, `${arn}:instance/*`, ofCluster]);
  expect(seen).toEqual({
    Effect: 'Allow',
    Action: 'ec2:DescribeNetworkInterfaces',
    Resource: '*',
    Condition: { StringEquals: { 'ec2:Region': 'eu-west-1' } },
  });
  const tagged = textOf(interfaces.Condition.StringEquals['aws:ResourceTag/cdk-memcached:cluster']);
  expect(log).toMatchObject({ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] });
  expect(textOf(log.Resource)).toMatch(/^\${CacheContextLog\w+\.Arn}$/);
  for (const type of ['AWS::EC2::NetworkInterface', 'AWS::AutoScaling::AutoScalingGroup']) {
    for (const resource of Object.values(made.resources(type))) {
      expect(tagsOf(resource)['cdk-memcached:cluster']).toBe(tagged);
    }
  }
});

test('a machine image that is given keeps its size, and its disk is encrypted all the same', () => {
  const machineImage = ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-0123456789abcdef0' });
  const { ImageId, BlockDeviceMappings } = launchTemplate({ machineImage });
  expect(ImageId).toBe('ami-0123456789abcdef0');
  expect(BlockDeviceMappings).toEqual([
    { DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true, Encrypted: true, VolumeType: 'gp3' } },
  ]);
});

test('an image of Windows is an error', () => {
  const machineImage = ec2.MachineImage.genericWindows({ 'eu-west-1': 'ami-0123456789abcdef0' });
  expect(() => launchTemplate({ machineImage })).toThrow(
    'machineImage is one of Windows, expected Amazon Linux 2023 or an image made from it: choose another image, or leave it out',
  );
});

test('managed policies are those of the role, and change nothing else', () => {
  const policy = iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore');
  const changed = new SynthesizedCluster({ nodes: MemcachedNodes.ec2({ managedPolicies: [policy] }) });
  const plain = new SynthesizedCluster({ nodes: MemcachedNodes.ec2() });
  const [role, before] = [changed, plain].map((cluster) => partOf(cluster, 'AWS::IAM::Role', 'LaunchTemplate'));
  const arns = role.Properties.ManagedPolicyArns as unknown[];
  expect(arns.map(textOf)).toEqual(['arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore']);
  expect(role.Properties).toEqual({ ...before.Properties, ManagedPolicyArns: arns });
  const templates = [changed, plain].map((cluster) => cluster.resources('AWS::EC2::LaunchTemplate'));
  expect(templates[0]).toEqual(templates[1]);
});

test('what is no image and no policy is an error', () => {
  expect(() => MemcachedNodes.ec2({ machineImage: 'ami-1' as never })).toThrow(
    "machineImage is 'ami-1', expected an ec2.IMachineImage",
  );
  expect(() => MemcachedNodes.ec2({ managedPolicies: ['AmazonSSMManagedInstanceCore' as never] })).toThrow(
    "an element of managedPolicies is 'AmazonSSMManagedInstanceCore', expected an iam.IManagedPolicy",
  );
});

describe('a launch template', () => {
  /** Its logical id, once each group launches from it and none else. */
  const launchTemplateId = (props: Ec2NodesOptions = {}, cluster: Partial<MemcachedClusterProps> = {}): string => {
    const synthesized = new SynthesizedCluster({ nodes: MemcachedNodes.ec2(props), ...cluster });
    const [id, ...others] = Object.keys(synthesized.resources('AWS::EC2::LaunchTemplate'));
    expect(others).toEqual([]);
    for (const { Properties } of Object.values(synthesized.resources('AWS::AutoScaling::AutoScalingGroup'))) {
      expect(Properties.LaunchTemplate).toEqual({
        LaunchTemplateId: { Ref: id },
        Version: { 'Fn::GetAtt': [id, 'LatestVersionNumber'] },
      });
    }
    return id;
  };

  test.each<[string, Ec2NodesOptions]>([
    ['user data', { userDataCommands: ['true'] }],
    ['the machine image', { machineImage: ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-0123456789abcdef0' }) }],
    ['the instance type', { instanceType: new ec2.InstanceType('r8g.large') }],
  ])('with a change of %s is a new one, so that a rollback goes back to the old one', (_, props) => {
    expect(launchTemplateId(props)).not.toBe(launchTemplateId());
  });

  test.each([false, true])('is named after what is written, also once more (skipValidation: %s)', (skipValidation) => {
    const stack = regionalStack();
    new MemcachedCluster(stack, 'Cache', { vpc: threeZones(stack) });
    const launched = stack.node.findAll().find((each) => each instanceof ec2.CfnLaunchTemplate)!;
    const names = (): string[] => {
      const { Resources } = Stage.of(stack)!
        .synth({ force: true, skipValidation })
        .getStackArtifact(stack.artifactId).template;
      const text = JSON.stringify(Resources);
      return [...new Set(text.match(/CacheNodesLaunchTemplate[0-9A-F]{8}[0-9a-f]{8}/g))];
    };
    Stage.of(stack)!.synth();
    const before = names();
    Object.assign(launched.launchTemplateData, { ebsOptimized: true });
    const after = names();
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
  });

  test('without a change stays', () => {
    expect(launchTemplateId({ nodesPerZone: 3 })).toBe(launchTemplateId());
    expect(launchTemplateId({}, { routing: Routing.haproxy() })).toBe(launchTemplateId());
  });
});

test('no instance boots before its role’s policy', () => {
  const policy = Object.keys(made.resources('AWS::IAM::Policy')).find((id) => id.includes('LaunchTemplateRole'));
  expect(made.only('AWS::EC2::LaunchTemplate').DependsOn).toContain(policy);
});

describe('user data', () => {
  test('is the same whatever the number of nodes', () => {
    expect(userData({ nodesPerZone: 1 })).toBe(userData({ nodesPerZone: 7 }));
  });

  test('passes settings on to memcached', () => {
    expect(userData({ cacheMemory: Size.mebibytes(3000), maxConnections: 9000, threads: 2 })).toContain(
      '\nexec memcached -p 11211 -m 3000 -c 9000 -t 2 -b 4096 -I 1024k\n',
    );
  });

  test('runs the user’s commands first', () => {
    const text = userData({ userDataCommands: ['dnf install -y my-agent'] });
    expect(text.indexOf('my-agent')).toBeGreaterThan(0);
    expect(text.indexOf('my-agent')).toBeLessThan(text.indexOf('dnf install -y docker'));
  });

  test('longer than EC2 accepts is an error', () => {
    expect(() => userData({ userDataCommands: ['#'.repeat(16 * 1024)] })).toThrow(
      /user data is \d+ bytes, expected at most 16384: shorten userDataCommands/,
    );
  });
});

test('an update waits long enough for a boot and a warm-up, and nothing meddles with it', () => {
  made.template.allResources('AWS::AutoScaling::AutoScalingGroup', {
    UpdatePolicy: {
      AutoScalingRollingUpdate: Match.objectLike({
        PauseTime: 'PT20M',
        SuspendProcesses: Match.arrayWith(['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance']),
      }),
    },
    CreationPolicy: { ResourceSignal: { Timeout: 'PT15M' } },
  });
});

test.each<[Ec2NodesOptions, string]>([
  [
    { instanceWarmup: Duration.minutes(46) },
    'instanceWarmup in seconds is 2760, expected a whole number between 0 and 2700',
  ],
  [{ warmHitRatio: 0 }, 'warmHitRatio is 0, expected more than 0, up to 1'],
  [{ warmHitRatio: 80 }, 'warmHitRatio is 80, expected more than 0, up to 1'],
])('%j is an error', (options, message) => {
  expect(() => MemcachedNodes.ec2(options)).toThrow(message);
});

test('no node boots before its subnet has its way out', () => {
  for (const { DependsOn } of Object.values(made.resources('AWS::AutoScaling::AutoScalingGroup'))) {
    expect(DependsOn).toContainEqual(expect.stringMatching(/PrivateSubnet\dDefaultRoute/));
  }
});

test('each cluster has a tag of its own, which tells it from those of other stacks', () => {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  const [one, two] = ['One', 'Two'].map((id) => new MemcachedCluster(stack, id, { vpc }));
  const tags = Object.values(new SynthesizedCluster({ vpc }, stack).resources('AWS::EC2::NetworkInterface')).map(
    (resource) => tagsOf(resource)['cdk-memcached:cluster'],
  );
  expect(one.node.path).not.toBe(two.node.path);
  expect(new Set(tags).size).toBe(3);
  for (const tag of tags) expect(tag).toMatch(/^\${AWS::StackName}-/);
});

test('the architecture is a value, however it was made', () => {
  const cluster = new SynthesizedCluster({ cpuArchitecture: ecs.CpuArchitecture.of('X86_64') });
  cluster.template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { InstanceType: 'm7i.large' },
  });
});

test('items larger than half of the memory are an error', async () => {
  const { Size } = await import('aws-cdk-lib');
  expect(() => userData({ cacheMemory: Size.mebibytes(100), maxItemSize: Size.mebibytes(51) })).toThrow(
    'cacheMemory in MiB is 100, expected a whole number 102 or more: memcached needs 64 MiB, and maxItemSize may take half',
  );
});

test.each([
  [4, 59, 'between 60 and 60000: memcached keeps 28 to itself with threads: 4, and does not start with fewer'],
  [1, 44, 'between 45 and 60000: memcached keeps 13 to itself with threads: 1, and does not start with fewer'],
])('%d threads and %d connections are an error, and no node that does not start', (threads, maxConnections, words) => {
  expect(() => MemcachedNodes.ec2({ threads, maxConnections })).toThrow(
    `maxConnections is ${maxConnections}, expected a whole number ${words}`,
  );
  expect(() => MemcachedNodes.ec2({ threads, maxConnections: maxConnections + 1 })).not.toThrow();
});

describe('a node sizes itself by its machine', () => {
  test('by default', () => {
    expect(userData({})).toContain('exec memcached -p 11211 -m $1 -c $2 -t $threads -b 4096 -I 1024k\n');
  });

  test('but for what is chosen', () => {
    expect(userData({ maxConnections: 9000 })).toContain(
      '{ m = $2 / 1024; c = 9000; n = int((m - 320 - c / 64) * 6 / 7); ',
    );
    expect(userData({ cacheMemory: Size.mebibytes(3000) })).toContain('; n = 3000; print n, c }');
  });

  test('and leaves room for an exporter', () => {
    const made = new SynthesizedCluster({ prometheus: PrometheusExporter.official() });
    expect(textOf(made.only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData)).toContain(
      '(m - 384 - c / 64)',
    );
  });

  test('of which up to 64 processors count, so that fewer connections are an error', () => {
    expect(() => MemcachedNodes.ec2({ maxConnections: 359 })).toThrow(
      'maxConnections is 359, expected a whole number between 360 and 60000: memcached keeps 328 to itself with up to 64 threads',
    );
  });
});
