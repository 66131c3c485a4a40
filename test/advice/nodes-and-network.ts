import { Duration, Size, Token, type Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CacheTopology, MemcachedImage, MemcachedNodes, Routing } from '../../lib';
import { ACCOUNT, REGION, regionalStack, threeZones, ZONES } from '../synth';

import {
  type Case,
  cluster,
  making,
  tls,
  trustStore,
  ec2Nodes,
  fargate,
  selecting,
  sharedVpc,
  regions,
  tagged,
  inStack,
  zones,
  stackTags,
  manyZones,
  small,
} from './attempts';

const keyIn = (region: string, stack: Stack): kms.IKey =>
  kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${region}:${ACCOUNT}:key/1234abcd`);

export const CASES_OF_NODES_AND_NETWORK: Case[] = [
  // Nodes.
  ['a task size that is none', fargate({ cpu: 100 }), fargate({ cpu: 512 }), fargate({})],
  ['a cpu that Fargate lacks', fargate({ cpu: 300 }), fargate({ cpu: 256 }), fargate({ cpu: 512 })],
  [
    'memory that does not go with the cpu',
    fargate({ cpu: 256, memoryLimitMiB: 8192 }),
    fargate({ cpu: 256, memoryLimitMiB: 1024 }),
    fargate({ cpu: 1024, memoryLimitMiB: 8192 }),
  ],
  [
    'no nodes',
    ec2Nodes({ nodesPerZone: 0 }),
    ec2Nodes({ nodesPerZone: 1 }),
    selecting(({ privateSubnets }) => ({
      subnets: privateSubnets.slice(0, 2),
    })),
  ],
  ['a number as a token', ec2Nodes({ nodesPerZone: Token.asNumber({ Ref: 'N' }) }), ec2Nodes({ nodesPerZone: 2 })],
  ['more nodes than a stack holds', ec2Nodes({ nodesPerZone: 61 }), ec2Nodes({ nodesPerZone: 60 })],
  [
    'an instance type that is none',
    ec2Nodes({ instanceType: new ec2.InstanceType('large') }),
    ec2Nodes({ instanceType: new ec2.InstanceType('m7g.large') }),
  ],
  [
    'a machine image of Windows',
    ec2Nodes({
      machineImage: ec2.MachineImage.latestWindows(ec2.WindowsVersion.WINDOWS_SERVER_2022_ENGLISH_FULL_BASE),
    }),
    ec2Nodes({ machineImage: ec2.MachineImage.latestAmazonLinux2023() }),
    ec2Nodes({}),
  ],
  [
    'processors that Fargate lacks',
    making({ cpuArchitecture: ecs.CpuArchitecture.of('MIPS') }),
    making({ cpuArchitecture: ecs.CpuArchitecture.X86_64 }),
  ],
  ['text in place of a boolean', making({ probe: 'false' as never }), making({ probe: false })],
  [
    'a warm-up that CloudFormation does not wait for',
    ec2Nodes({ instanceWarmup: Duration.hours(1) }),
    ec2Nodes({ instanceWarmup: Duration.minutes(45) }),
  ],
  ['no share of the reads', ec2Nodes({ warmHitRatio: 0 }), ec2Nodes({ instanceWarmup: Duration.seconds(0) })],
  ['too few connections', ec2Nodes({ maxConnections: 1 }), ec2Nodes({})],
  [
    'more connections than the task has memory for',
    fargate({ cpu: 256, memoryLimitMiB: 512, maxConnections: 30_000 }),
    fargate({ cpu: 256, memoryLimitMiB: 1024, maxConnections: 30_000 }),
    fargate({ cpu: 256, memoryLimitMiB: 512 }),
  ],
  [
    'more items than a task holds',
    fargate({ cpu: 512, memoryLimitMiB: 1024, cacheMemory: Size.mebibytes(1000) }),
    fargate({ cpu: 512, memoryLimitMiB: 2048, cacheMemory: Size.mebibytes(1000) }),
  ],
  [
    'items and connections that do not fit together',
    fargate({ cacheMemory: Size.mebibytes(1900), maxConnections: 8192 }),
    fargate({ cacheMemory: Size.mebibytes(1900), maxConnections: 4096 }),
    fargate({ memoryLimitMiB: 3072, cacheMemory: Size.mebibytes(1900), maxConnections: 8192 }),
  ],
  [
    'an item that is larger than half of the task',
    fargate({ cpu: 256, memoryLimitMiB: 512, maxItemSize: Size.mebibytes(217) }),
    fargate({ cpu: 256, memoryLimitMiB: 512 }),
    fargate({ cpu: 256, memoryLimitMiB: 1024, maxItemSize: Size.mebibytes(217) }),
  ],
  [
    'items larger than half of the memory',
    ec2Nodes({ cacheMemory: Size.mebibytes(100), maxItemSize: Size.mebibytes(51) }),
    ec2Nodes({ cacheMemory: Size.mebibytes(102), maxItemSize: Size.mebibytes(51) }),
    ec2Nodes({ cacheMemory: Size.mebibytes(100), maxItemSize: Size.mebibytes(50) }),
  ],
  [
    'user data that is too long',
    ec2Nodes({ userDataCommands: ['#'.repeat(16 * 1024)] }),
    ec2Nodes({ userDataCommands: ['#'] }),
    () => {
      const stack = regionalStack();
      const script = 'aws s3 cp s3://scripts/boot.sh - | bash';
      const made = cluster({ nodes: MemcachedNodes.ec2({ userDataCommands: [script] }) }, stack);
      new s3.Bucket(stack, 'Scripts').grantRead(made.nodeRole!);
    },
  ],
  [
    'a tag with a space',
    tagged('Cost Center'),
    tagged('CostCenter'),
    tagged('Cost Center', ['AWS::AutoScaling::AutoScalingGroup', 'aws:cdk:stack']),
  ],
  ['a tag of the stack with a slash', stackTags({ 'a/b': '1' }), stackTags({ 'a:b': '1' }), stackTags({})],
  // The image.
  [
    'an image with a space',
    () => MemcachedImage.fromRegistry('memcached 1'),
    () => MemcachedImage.fromRegistry('public.ecr.aws/docker/library/memcached:1.6.45'),
  ],
  [
    'an image without a tag',
    inStack((stack) => MemcachedImage.fromEcrRepository(new ecr.Repository(stack, 'Images'), '')),
    inStack((stack) => MemcachedImage.fromEcrRepository(new ecr.Repository(stack, 'Images'), '1.6.45-alpine')),
  ],
  [
    'a prefix of a cache that ends in a slash',
    making({ pullThroughCachePrefix: 'ecr-public/' }),
    making({ pullThroughCachePrefix: 'ecr-public' }),
  ],
  [
    'an old memcached',
    making({ image: MemcachedImage.fromRegistry('memcached:1.6.9') }),
    making({ image: MemcachedImage.fromRegistry('memcached:1.6.45') }),
  ],
  // The network.
  [
    'two subnets in a zone',
    selecting(({ privateSubnets: [a, b], publicSubnets }) => ({ subnets: [a, b, publicSubnets[0]], onePerAz: true })),
    selecting(({ privateSubnets: [a, b] }) => ({ subnets: [a, b], onePerAz: true })),
  ],
  [
    'one subnet',
    selecting(({ privateSubnets }) => ({ subnets: [privateSubnets[0]] })),
    selecting(({ privateSubnets }) => ({ subnets: privateSubnets.slice(1) })),
  ],
  [
    'one zone by name',
    selecting(() => ({ availabilityZones: [ZONES[0]] })),
    selecting(() => ({ availabilityZones: ZONES })),
  ],
  ['a network of one zone', selecting(() => ({}), { maxAzs: 1 }), selecting(() => ({}), { maxAzs: 3 })],
  [
    'no subnet',
    selecting(() => ({ subnetType: ec2.SubnetType.PRIVATE_ISOLATED })),
    selecting(() => ({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS })),
    selecting(() => ({})),
  ],
  ['too many zones', zones(manyZones(27)), zones(manyZones(27), (subnets) => subnets.slice(1))],
  [
    'subnets of another network',
    (): unknown => {
      const stack = regionalStack();
      const other = new ec2.Vpc(stack, 'Other', { maxAzs: 3 });
      return cluster({ vpc: threeZones(stack), vpcSubnets: { subnets: other.privateSubnets } }, stack);
    },
    selecting(({ privateSubnets }) => ({ subnets: privateSubnets })),
  ],
  [
    'an endpoint that has no IPv6 ranges to be in',
    making({ ipAddressType: elbv2.IpAddressType.DUAL_STACK }),
    making((stack) => ({
      ipAddressType: elbv2.IpAddressType.DUAL_STACK,
      vpc: new ec2.Vpc(stack, 'DualStack', { maxAzs: 3, ipProtocol: ec2.IpProtocol.DUAL_STACK }),
    })),
  ],
  [
    'addresses for another kind of load balancer',
    making({ ipAddressType: elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 }),
    making({ ipAddressType: elbv2.IpAddressType.IPV4 }),
  ],
  [
    'an endpoint service without an endpoint',
    making({ endpointService: {}, topology: CacheTopology.sharded(), routing: Routing.clientSide() }),
    making({ endpointService: {}, topology: CacheTopology.sharded(), routing: Routing.memcachedProxy() }),
    making({ topology: CacheTopology.sharded(), routing: Routing.clientSide() }),
  ],
  [
    'an endpoint service past mutual TLS',
    tls({ trustStore }, { endpointService: { securityGroupRules: false } }),
    tls({ trustStore }, { endpointService: {} }),
  ],
  [
    'an alias of a key',
    making((stack) => ({ encryptionKey: kms.Alias.fromAliasName(stack, 'Key', 'alias/cache') })),
    making((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') })),
  ],
  [
    'an asymmetric key',
    making((stack) => ({ encryptionKey: new kms.Key(stack, 'Key', { keySpec: kms.KeySpec.RSA_2048 }) })),
    making((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') })),
  ],
  [
    'a key of another region',
    making((stack) => ({ encryptionKey: keyIn('us-east-1', stack) })),
    making((stack) => ({ encryptionKey: keyIn(REGION, stack) })),
  ],
  [
    'a network of another region',
    regions('us-east-1', REGION),
    regions(REGION, REGION),
    regions('us-east-1', 'us-east-1'),
  ],
  ['the proxies’ names in a shared network', sharedVpc({}), sharedVpc({ probe: false })],
  [
    'the nodes’ names in a shared network',
    sharedVpc({ nodes: MemcachedNodes.fargate(), probe: false }),
    sharedVpc({ nodes: MemcachedNodes.ec2(), probe: false }),
  ],
  [
    'a network without DNS',
    selecting(() => ({}), { enableDnsSupport: false, enableDnsHostnames: false }),
    selecting(() => ({})),
  ],
  [
    'a Local Zone',
    zones(['us-west-2a', 'us-west-2b', 'us-west-2c', 'us-west-2-lax-1a']),
    zones(['us-west-2a', 'us-west-2b', 'us-west-2c', 'us-west-2-lax-1a'], (subnets) => subnets.slice(0, 3)),
  ],
  ['small subnets', small(28), small(26)],
  ['public subnets', selecting(() => ({ subnetType: ec2.SubnetType.PUBLIC })), selecting(() => ({}))],
  [
    'two nodes',
    selecting(({ privateSubnets }) => ({ subnets: privateSubnets.slice(1) })),
    selecting(({ privateSubnets }) => ({ subnets: privateSubnets })),
    making({ nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }) }),
  ],
  ['a low port', making({ port: 80 }), making({})],
  // Time-outs and topology.
  [
    'a retry that is no whole second',
    making({ timeouts: { retry: Duration.millis(1500) } }),
    making({ timeouts: { retry: Duration.seconds(2) } }),
    making({}),
  ],
  [
    'an item size that memcached does not start with',
    ec2Nodes({ maxItemSize: Size.kibibytes(1000) }),
    ec2Nodes({ maxItemSize: Size.kibibytes(1024) }),
  ],
  ['a time-out that is too short', making({ timeouts: { connect: Duration.millis(1) } }), making({ timeouts: {} })],
  [
    'a connect longer than the request',
    making({ timeouts: { connect: Duration.millis(500), request: Duration.millis(100) } }),
    making({ timeouts: { connect: Duration.millis(50), request: Duration.millis(100) } }),
    making({ timeouts: { connect: Duration.millis(500), request: Duration.millis(600) } }),
  ],
  [
    'a gutter for a day',
    () => CacheTopology.sharded({ gutterTtl: Duration.days(1) }),
    () => CacheTopology.sharded({ gutterTtl: Duration.hours(1) }),
  ],
];
