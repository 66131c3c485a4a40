import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { MemcachedNodes, Routing } from '../../lib';
import { FEATURE_FLAGS } from '../feature-flags';
import { regionalStack, SynthesizedCluster, ZONES } from '../synth';

/** What the services of nodes or of proxies say of their target groups, names and alarms; all of a kind say the same. */
function statedBy(made: SynthesizedCluster, kind: 'Nodes' | 'Routing'): object {
  const services = Object.entries(made.resources('AWS::ECS::Service')).filter(([id]) => id.includes(kind));
  const [first, ...others] = services.map(([, { Properties }]) => ({
    groups: Properties.LoadBalancers?.length,
    names: Properties.ServiceRegistries?.length,
    alarms: Properties.DeploymentConfiguration.Alarms?.AlarmNames.length,
  }));
  for (const other of others) expect(other).toEqual(first);
  return first;
}

const nodes = MemcachedNodes.fargate();

describe.each([
  ['no feature flags', {}],
  ['all feature flags', { ...FEATURE_FLAGS }],
])('with %s', (_, flags) => {
  test('a service states what it does not have, so that CloudFormation takes away what it had', () => {
    const made = new SynthesizedCluster({ nodes, probe: false }, regionalStack(flags));
    expect(statedBy(made, 'Nodes')).toEqual({ groups: 0, names: 1, alarms: 0 });
    expect(statedBy(made, 'Routing')).toEqual({ groups: 1, names: 0, alarms: 0 });
  });

  test('and what it has', () => {
    const made = new SynthesizedCluster({ nodes }, regionalStack(flags));
    expect(statedBy(made, 'Routing')).toEqual({ groups: 1, names: 1, alarms: 1 });
  });
});

test('a target group that a routing attaches to nodes is stated', () => {
  const made = new SynthesizedCluster({ nodes, routing: Routing.networkLoadBalancer() });
  expect(statedBy(made, 'Nodes')).toEqual({ groups: 1, names: 1, alarms: 0 });
});

test('a name that the user gives the proxies is stated', () => {
  const made = new SynthesizedCluster({ nodes, probe: false });
  const vpc = Vpc.fromVpcAttributes(made.stack, 'Own', { vpcId: 'vpc-1', availabilityZones: ZONES });
  const cloudMapNamespace = new PrivateDnsNamespace(made.stack, 'Namespace', { name: 'shop.internal', vpc });
  made.cluster.proxyService!.enableCloudMap({ cloudMapNamespace });
  expect(statedBy(made, 'Routing')).toEqual({ groups: 1, names: 1, alarms: 0 });
});
