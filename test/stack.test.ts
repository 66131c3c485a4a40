import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CacheTopology, HaCacheStack, MemcachedNodes, type HaCacheStackProps } from '../lib';
import { ACCOUNT, REGION, ZONES } from './synth';

const env = { account: ACCOUNT, region: REGION };

function synth(props: HaCacheStackProps = {}): Template {
  const app = new App({ context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES } });
  return Template.fromStack(new HaCacheStack(app, 'HaCache', props));
}

test.each([
  ['for any environment', undefined, 2],
  ['with an environment', env, 3],
])('%s', (_, environment, zones) => {
  const template = synth({ env: environment });
  template.resourceCountIs('AWS::EC2::NatGateway', zones);
  template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', zones * 2);
});

test.each([
  ['ec2, replicated', {}],
  ['fargate, sharded', { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }), topology: CacheTopology.sharded() }],
])('the template of %s', (_, props) => {
  expect(synth({ env, ...props }).toJSON()).toMatchSnapshot();
});

test('a given VPC is used and none is made', () => {
  const app = new App();
  const vpc = new ec2.Vpc(new Stack(app, 'Network'), 'Vpc');
  const stack = new HaCacheStack(app, 'HaCache', { vpc });
  Template.fromStack(stack).resourceCountIs('AWS::EC2::VPC', 0);
  expect(stack.vpc).toBe(vpc);
});

test('clients and the alarms’ topic', () => {
  const template = synth({
    clients: [ec2.Peer.ipv4('10.9.0.0/16')],
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:pager',
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    GroupDescription: Match.stringLikeRegexp('endpoint'),
    SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.9.0.0/16', FromPort: 11211, ToPort: 11211 })],
  });
  template.allResourcesProperties('AWS::CloudWatch::CompositeAlarm', {
    AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:pager'],
  });
});

test.each<HaCacheStackProps>([
  { vpcId: 'vpc-1', maxAzs: 2 },
  { vpcId: 'vpc-1', natGateways: 1 },
])('an existing VPC and the shape of a new one are an error: %p', (props) => {
  expect(() => synth({ env, ...props })).toThrow(/vpcId and (maxAzs|natGateways) are given together, expected one/);
});

test('a new network is in the zones that are named', () => {
  const names = ['eu-west-1c', 'eu-west-1a', 'eu-west-1b'];
  const subnets = Object.values(synth({ availabilityZones: names }).findResources('AWS::EC2::Subnet'));
  const zones = subnets.map(({ Properties }) => Properties.AvailabilityZone as string);
  expect([...new Set(zones)]).toEqual(names);
});

test.each<[HaCacheStackProps, string]>([
  [{ availabilityZones: ['euw1-az1', 'euw1-az2'] }, "availabilityZones has 'euw1-az1', expected the names"],
  [{ availabilityZones: ['eu-west-1a'] }, 'availabilityZones has eu-west-1a, expected the names of at least 2'],
  [{ availabilityZones: ['eu-west-1a', 'eu-west-1a'] }, 'at least 2 zones, each once'],
  [{ availabilityZones: ['eu-west-1a', 'eu-west-1b'], maxAzs: 2 }, 'leave out maxAzs'],
])('zones that a network cannot be in are an error: %j', (props, message) => {
  expect(() => synth(props)).toThrow(message);
});
