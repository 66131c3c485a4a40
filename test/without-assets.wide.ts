import { App, BootstraplessSynthesizer, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { EC2_RESTRICT_DEFAULT_SECURITY_GROUP as FLAG } from 'aws-cdk-lib/cx-api';
import { CacheTopology, HaCacheStack, MemcachedCluster, MemcachedNodes, Routing, type HaCacheStackProps } from '../lib';

// A stack for an account that is not bootstrapped takes no assets.

const synth = (props: HaCacheStackProps, context = {}): Template => {
  const app = new App({ context });
  return Template.fromStack(
    new HaCacheStack(app, 'HaCache', { synthesizer: new BootstraplessSynthesizer(), ...props }),
  );
};

const image = ecs.ContainerImage.fromRegistry('registry.example/twemproxy:1');
const sharded = { topology: CacheTopology.sharded() };

interface Case {
  readonly props: HaCacheStackProps;
  readonly context?: Record<string, boolean>;
  readonly error: RegExp;
  readonly followed: HaCacheStackProps;
}

const CASES: Record<string, Case> = {
  'the probe': {
    props: {},
    error: /the code of the probe is an asset, .*set probe to false/,
    followed: { probe: false },
  },
  'the image of twemproxy': {
    props: { ...sharded, probe: false, routing: Routing.twemproxy() },
    error: /the image of twemproxy is an asset, .*give the routing an image of your own/,
    followed: { routing: Routing.twemproxy({ image }) },
  },
  'a new network’s default security group': {
    props: { probe: false },
    context: { [FLAG]: true },
    error: /the default security group of a new network is an asset, .*give vpc or vpcId, or set the feature flag/,
    followed: { vpcId: 'vpc-12345', env: { account: '123456789012', region: 'eu-west-1' } },
  },
};

describe.each(Object.entries(CASES))('%s', (_, { props, context, error, followed }) => {
  test('says what to switch off', () => {
    expect(() => synth(props, context)).toThrow(error);
  });

  test('the advice helps', () => {
    expect(() => synth({ ...props, ...followed }, context)).not.toThrow();
  });

  test('where assets are taken, there is no error', () => {
    const app = new App({ context });
    expect(() => new HaCacheStack(app, 'HaCache', props)).not.toThrow();
  });
});

test('the flag may be set to false instead', () => {
  expect(() => synth({ probe: false }, { [FLAG]: false })).not.toThrow();
});

test.each<[string, HaCacheStackProps]>([
  ['EC2', {}],
  ['Fargate', { nodes: MemcachedNodes.fargate() }],
  ['haproxy', { routing: Routing.haproxy() }],
  ['nginxStream', { routing: Routing.nginxStream() }],
  ['networkLoadBalancer', { routing: Routing.networkLoadBalancer() }],
  ['clientSide', { ...sharded, routing: Routing.clientSide({ autoDiscovery: true }) }],
])('%s has no other asset', (_, props) => {
  expect(() => synth({ probe: false, ...props })).not.toThrow();
});

test('a nested stack takes none where its parent takes none', () => {
  const parent = new Stack(new App(), 'Parent', { synthesizer: new BootstraplessSynthesizer() });
  const nested = new NestedStack(parent, 'Nested');
  const vpc = new ec2.Vpc(nested, 'Vpc');
  expect(() => new MemcachedCluster(nested, 'Cache', { vpc })).toThrow(/the code of the probe is an asset/);
});
