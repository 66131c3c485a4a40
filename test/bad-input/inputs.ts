import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import fc from 'fast-check';
import {
  CacheTls,
  CacheTopology,
  Endpoint,
  MemcachedCluster,
  MemcachedImage,
  MemcachedNodes,
  PrometheusExporter,
  Routing,
} from '../../lib';
import * as library from '../../lib';
import { ZONES } from '../synth';
import {
  booleans,
  durations,
  lists,
  newId,
  numbers,
  oneOf,
  plain,
  sizes,
  STRANGE,
  texts,
  value,
  type Value,
} from './values';

/** A type as the record of the public API has it. */
interface Type {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: Type };
}

interface Property {
  readonly name: string;
  readonly optional?: boolean;
  readonly type: Type;
}

interface Recorded {
  readonly kind: 'class' | 'enum' | 'interface';
  readonly interfaces?: string[];
  readonly properties?: Property[];
  readonly members?: { readonly name: string }[];
}

const RECORD: { types: Record<string, Recorded> } = JSON.parse(
  readFileSync(join(__dirname, '../../api/recorded.jsii'), 'utf8'),
);

/** Every property of a struct, those of its parents included; what is the core library's own is left to it. */
function propertiesOf(fqn: string): Property[] {
  const { properties = [], interfaces = [] } = RECORD.types[fqn] ?? {};
  return [...interfaces.flatMap(propertiesOf), ...properties];
}

const NONE = fc.constant(undefined);

/** A struct with a few of its properties: the required ones nearly always, one to three of the others. */
export function struct(name: string, most = 3): fc.Arbitrary<Value> {
  const all = propertiesOf(`cdk-memcached.${name}`);
  const optional = all.filter((each) => each.optional);
  const required = all.filter((each) => !each.optional);
  const chosen = fc
    .subarray(optional, { maxLength: Math.min(most, optional.length) })
    .chain((some) => fc.tuple(...some.map(given)));
  const needed = fc.tuple(
    ...required.map((each) => fc.oneof({ weight: 9, arbitrary: given(each) }, { weight: 1, arbitrary: NONE })),
  );
  return fc.tuple(needed, chosen).map(([first, rest]) =>
    structOf(
      [...first, ...rest].filter((each) => each !== undefined),
      required.map((each) => each.name),
    ),
  );
}

interface Given {
  readonly name: string;
  readonly of: Value;
}

const given = ({ name, type }: Property): fc.Arbitrary<Given> => valuesOf(type).map((of) => ({ name, of }));

const structOf = (properties: Given[], required: string[]): Value =>
  value(
    `{ ${properties.map(({ name, of }) => `${name}: ${of.text}`).join(', ')} }`,
    (stack) => Object.fromEntries(properties.map(({ name, of }) => [name, of.make(stack)])),
    [...required, ...properties.flatMap(({ name, of }) => [name, ...of.names])],
  );

/** What a factory makes of its argument; an error may name the factory. */
const calling = (name: string, argument: fc.Arbitrary<Value>, make: (given: never) => unknown): fc.Arbitrary<Value> =>
  argument.map((it) =>
    value(`${name}(${it.text})`, (stack) => make(it.make(stack) as never), [...it.names, name.split('.').pop()!]),
  );

const imported = (
  text: string,
  availabilityZones: string[],
  subnets = availabilityZones.map((_, i) => `subnet-0123456789abcdef${i % 10}`),
) =>
  value(text, (stack) =>
    ec2.Vpc.fromVpcAttributes(stack, newId(stack), {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones,
      privateSubnetIds: subnets,
    }),
  );

const GOOD_VPC = imported('a network', ZONES);
const VPCS = [
  GOOD_VPC,
  imported('a network of two zones', ZONES.slice(1)),
  imported('a network of one zone', ZONES.slice(1, 2)),
  imported(
    'a network of 30 zones',
    Array.from({ length: 30 }, (_, i) => `eu-west-1${i}`),
  ),
  imported('a network with a zone twice', [ZONES[0], ZONES[0], ZONES[1]]),
  value('a new network', (stack) => new ec2.Vpc(stack, newId(stack), { maxAzs: 3 })),
  value('a new network of isolated subnets', (stack) => new ec2.Vpc(stack, newId(stack), { natGateways: 0 })),
  value('a network of public subnets', (stack) =>
    ec2.Vpc.fromVpcAttributes(stack, newId(stack), {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ZONES,
      publicSubnetIds: ZONES.map((_, i) => `subnet-0123456789abcdef${i}`),
    }),
  ),
];

const SELECTIONS = [
  {},
  { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  { subnetType: ec2.SubnetType.PUBLIC },
  { subnetType: 'Nowhere' },
  { subnetGroupName: '' },
  { subnetGroupName: 'x' },
  { subnets: [] },
  { subnets: [null] },
  { subnets: ['subnet-1', 'subnet-2'] },
  { subnets: 'subnet-1' },
  { subnetFilters: [null] },
  { subnetFilters: [] },
  { availabilityZones: [] },
  { availabilityZones: ZONES },
  { availabilityZones: ['nowhere', 'nowhere'] },
  { onePerAz: false },
].map(plain);

const image = ecs.ContainerImage.fromRegistry('registry.example/proxy:1');

/** The core library's own types: values that are well made, and some that are not. */
const OF_CORE: Record<string, Value[]> = {
  'aws_ec2.IVpc': VPCS,
  'aws_ec2.SubnetSelection': SELECTIONS,
  'aws_ec2.InstanceType': ['m7g.medium', 't4g.nano', 'm7i.large', 'x', ''].map((type) =>
    value(`InstanceType('${type}')`, () => new ec2.InstanceType(type)),
  ),
  'aws_ec2.IMachineImage': [
    value('an image by its id', () => ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-0123456789abcdef0' })),
    value('an image of Windows', () => ec2.MachineImage.genericWindows({ 'eu-west-1': 'ami-0123456789abcdef0' })),
    value('an image at launch', () => ec2.MachineImage.resolveSsmParameterAtLaunch('/image')),
  ],
  'aws_iam.IManagedPolicy': [
    value('a managed policy', () => iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')),
  ],
  'aws_ec2.IPeer': [
    value('Peer.ipv4', () => ec2.Peer.ipv4('10.0.0.0/8')),
    value('Peer.anyIpv6', () => ec2.Peer.anyIpv6()),
  ],
  'aws_ec2.ISecurityGroup': [
    value('a security group', (stack) => ec2.SecurityGroup.fromSecurityGroupId(stack, newId(stack), 'sg-1')),
  ],
  'aws_ecs.ContainerImage': [value('an image', () => image)],
  'aws_ecs.CpuArchitecture': [
    value('ARM64', () => ecs.CpuArchitecture.ARM64),
    value('X86_64', () => ecs.CpuArchitecture.X86_64),
    value("CpuArchitecture.of('x')", () => ecs.CpuArchitecture.of('x')),
    plain('ARM64'),
  ],
  'aws_ecs.ICluster': [
    value('an ECS cluster', (stack) => {
      const vpc = goodVpc(stack);
      return ecs.Cluster.fromClusterAttributes(stack, newId(stack), { clusterName: 'ecs', vpc });
    }),
  ],
  'aws_elasticloadbalancingv2.IpAddressType': Object.values(elbv2.IpAddressType).map((type) =>
    value(`IpAddressType ${type}`, () => type),
  ),
  'aws_iam.ArnPrincipal': [
    value('an account', () => new iam.ArnPrincipal('arn:aws:iam::123456789012:root')),
    value('an ArnPrincipal of nothing', () => new iam.ArnPrincipal('')),
  ],
  'aws_kms.IKey': [
    value('a key', (stack) => new kms.Key(stack, newId(stack))),
    value('an asymmetric key', (stack) => new kms.Key(stack, newId(stack), { keySpec: kms.KeySpec.RSA_2048 })),
    value('a key of another region', (stack) =>
      kms.Key.fromKeyArn(stack, newId(stack), 'arn:aws:kms:us-east-1:123456789012:key/1'),
    ),
  ],
  'aws_certificatemanager.ICertificate': [
    value('a certificate', (stack) => acm.Certificate.fromCertificateArn(stack, newId(stack), 'arn:aws:acm:r:1:c/1')),
  ],
  'aws_elasticloadbalancingv2.SslPolicy': [plain(elbv2.SslPolicy.RECOMMENDED_TLS), plain('TLS13')],
  'aws_elasticloadbalancingv2.ITrustStore': [
    value('a trust store', (stack) =>
      elbv2.TrustStore.fromTrustStoreArn(stack, newId(stack), 'arn:aws:elasticloadbalancing:r:1:truststore/x/1'),
    ),
  ],
  'aws_route53.IHostedZone': [
    value('a hosted zone', (stack) =>
      route53.HostedZone.fromHostedZoneAttributes(stack, newId(stack), { hostedZoneId: 'Z1', zoneName: 'example.com' }),
    ),
  ],
  'aws_s3.IBucket': [
    value('a bucket', (stack) => new s3.Bucket(stack, newId(stack))),
    value('an imported bucket', (stack) => s3.Bucket.fromBucketName(stack, newId(stack), 'logs')),
  ],
  'aws_secretsmanager.ISecret': [
    value('a secret', (stack) => new secretsmanager.Secret(stack, newId(stack))),
    value('an imported secret', (stack) => secretsmanager.Secret.fromSecretNameV2(stack, newId(stack), 'cache')),
  ],
  'aws_logs.ILogGroup': [
    value('a log group', (stack) => new logs.LogGroup(stack, newId(stack))),
    value('an imported log group', (stack) => logs.LogGroup.fromLogGroupName(stack, newId(stack), 'log')),
    value(
      'a log group of another class',
      (stack) => new logs.LogGroup(stack, newId(stack), { logGroupClass: logs.LogGroupClass.INFREQUENT_ACCESS }),
    ),
  ],
};

/** The types of this library that are made by a factory. */
const OF_LIBRARY: Record<string, () => fc.Arbitrary<Value>> = {
  IMemcachedNodes: () =>
    fc.oneof(
      calling('MemcachedNodes.ec2', struct('Ec2NodesOptions'), MemcachedNodes.ec2),
      calling('MemcachedNodes.fargate', struct('FargateNodesOptions'), MemcachedNodes.fargate),
    ),
  CacheTopology: () =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: calling('CacheTopology.sharded', struct('ShardedTopologyOptions'), CacheTopology.sharded),
      },
      { weight: 1, arbitrary: oneOf(value('replicated', () => CacheTopology.replicated())) },
    ),
  IRouting: () =>
    fc.oneof(
      calling('Routing.memcachedProxy', struct('MemcachedProxyOptions'), Routing.memcachedProxy),
      calling('Routing.mcrouter', struct('McrouterOptions'), Routing.mcrouter),
      calling('Routing.twemproxy', struct('TwemproxyOptions'), Routing.twemproxy),
      calling('Routing.haproxy', struct('HaproxyOptions'), Routing.haproxy),
      calling('Routing.nginxStream', struct('NginxStreamOptions'), Routing.nginxStream),
      calling('Routing.clientSide', struct('ClientSideOptions'), Routing.clientSide),
      oneOf(
        value('Routing.networkLoadBalancer()', () => Routing.networkLoadBalancer()),
        value('Routing.sidecar()', () => Routing.sidecar()),
      ),
    ),
  IProxyEngine: () => oneOf(value('Routing.haproxy()', () => Routing.haproxy())),
  MemcachedImage: () =>
    fc.oneof(
      calling('MemcachedImage.fromRegistry', named('image', texts), MemcachedImage.fromRegistry),
      texts.map((tag) =>
        value(
          `MemcachedImage.fromEcrRepository(…, ${tag.text})`,
          (stack) =>
            MemcachedImage.fromEcrRepository(
              ecr.Repository.fromRepositoryName(stack, newId(stack), 'images'),
              tag.make(stack) as string,
            ),
          ['tagOrDigest'],
        ),
      ),
      oneOf(value('MemcachedImage.official()', () => MemcachedImage.official())),
    ),
  PrometheusExporter: () =>
    fc.oneof(
      calling('PrometheusExporter.fromRegistry', named('image', texts), PrometheusExporter.fromRegistry),
      oneOf(value('PrometheusExporter.official()', () => PrometheusExporter.official())),
    ),
  CacheTls: () =>
    fc.oneof(
      calling('CacheTls.loadBalancer', struct('LoadBalancerTlsOptions'), CacheTls.loadBalancer),
      calling('CacheTls.proxy', struct('ProxyTlsOptions'), CacheTls.proxy),
    ),
  Endpoint: () =>
    fc
      .tuple(named('hostname', texts), named('port', numbers))
      .map(([hostname, port]) =>
        value(
          `Endpoint(${hostname.text}, ${port.text})`,
          (stack) => new Endpoint(hostname.make(stack) as string, port.make(stack) as number),
          [...hostname.names, ...port.names],
        ),
      ),
  IMemcachedCluster: () =>
    oneOf(
      value('a cluster', (stack) => {
        const vpc = goodVpc(stack);
        return new MemcachedCluster(stack, newId(stack), { vpc });
      }),
      value('a construct', (stack) => stack),
    ),
};

const named = (name: string, values: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  values.map(({ text, make }) => value(text, make, [name]));

/** A good value of a type one time in a few, and else a bad one. */
function valuesOf({ primitive, fqn = '', collection }: Type): fc.Arbitrary<Value> {
  if (collection) return lists(valuesOf(collection.elementtype));
  if (primitive) return OF_PRIMITIVE[primitive];
  if (fqn === 'aws-cdk-lib.Duration') return durations;
  if (fqn === 'aws-cdk-lib.Size') return sizes;
  const [assembly, ...rest] = fqn.split('.');
  const name = rest.join('.');
  return fc.oneof(
    { weight: 6, arbitrary: assembly === 'cdk-memcached' ? ofLibrary(fqn, name) : oneOf(...ofCore(name)) },
    { weight: 1, arbitrary: oneOf(...STRANGE) },
  );
}

const OF_PRIMITIVE: Record<string, fc.Arbitrary<Value>> = { number: numbers, string: texts, boolean: booleans };

function ofCore(name: string): Value[] {
  const values = OF_CORE[name];
  if (!values) throw new Error(`no values of ${name} to try: add some to OF_CORE`);
  return values;
}

function ofLibrary(fqn: string, name: string): fc.Arbitrary<Value> {
  const { kind, members = [], properties } = RECORD.types[fqn];
  if (kind === 'enum') {
    const of = (library as unknown as Record<string, Record<string, string>>)[name];
    const good = members.map((member) => value(`${name}.${member.name}`, () => of[member.name]));
    return oneOf(...good, ...members.map((member) => plain(member.name)), ...STRANGE);
  }
  if (OF_LIBRARY[name]) return OF_LIBRARY[name]();
  if (kind === 'interface' && properties) return struct(name);
  throw new Error(`no values of ${name} to try: add some to OF_LIBRARY`);
}

export const goodVpc = (stack: Stack): ec2.IVpc => GOOD_VPC.make(stack) as ec2.IVpc;
