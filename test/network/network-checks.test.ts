import { App, Stack, type Environment } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MemcachedCluster, MemcachedNodes, PrometheusExporter, type MemcachedClusterProps } from '../../lib';
import { ACCOUNT, REGION, regionalStack, SynthesizedCluster, threeZones, ZONES } from '../synth';

const OWNER = '999999999999';

/** A network that the CLI looked up, as it keeps it in cdk.context.json. */
function lookedUp(ownerAccountId?: string): ec2.IVpc {
  const filter = ownerAccountId ? `:filter.owner-id=${ownerAccountId}` : '';
  const key = `vpc-provider:account=${ACCOUNT}${filter}:filter.vpc-id=vpc-1:region=${REGION}:returnAsymmetricSubnets=true`;
  const zone = (letter: string) => ({
    subnetId: `subnet-${letter}`,
    cidr: '10.0.0.0/24',
    availabilityZone: REGION + letter,
    routeTableId: 'rtb-1',
  });
  const subnetGroups = [{ name: 'App', type: 'Private', subnets: ['a', 'b', 'c'].map(zone) }];
  const stack = regionalStack({
    [key]: { vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/16', ownerAccountId, availabilityZones: [], subnetGroups },
  });
  return ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1', ownerAccountId });
}

function cluster(vpc: ec2.IVpc, props: Partial<MemcachedClusterProps> = {}): MemcachedCluster {
  return new MemcachedCluster(Stack.of(vpc), 'Cache', { vpc, ...props });
}

describe('a network that another account shares with this one', () => {
  const fargate = MemcachedNodes.fargate();

  test('cannot have the names of the proxies', () => {
    expect(() => cluster(lookedUp(OWNER))).toThrow(
      `vpc is shared by account ${OWNER} with ${ACCOUNT}, expected a network of this account, in which private names can ` +
        'be made: set probe to false and leave prometheus out, which find the proxies by name [Stack/Cache/ProxyNames]',
    );
  });

  test('cannot have the names of nodes on Fargate', () => {
    expect(() => cluster(lookedUp(OWNER), { nodes: fargate, probe: false })).toThrow(
      'set nodes to MemcachedNodes.ec2(), which have addresses that stay [Stack/Cache/Nodes]',
    );
  });

  test('takes a cluster that needs no names', () => {
    const made = new SynthesizedCluster({ vpc: lookedUp(OWNER), probe: false }, Stack.of(lookedUp(OWNER)));
    expect(made.cluster.nodes).toHaveLength(3);
    made.template.resourceCountIs('AWS::ServiceDiscovery::PrivateDnsNamespace', 0);
  });

  test('with exporters for Prometheus, the proxies are found by name again', () => {
    expect(() => cluster(lookedUp(OWNER), { probe: false, prometheus: PrometheusExporter.official() })).toThrow(
      'leave prometheus out',
    );
  });

  test.each([undefined, ACCOUNT])('one’s own network, with the owner %s, takes names', (owner) => {
    expect(cluster(lookedUp(owner), { nodes: fargate }).nodes).toHaveLength(3);
  });
});

function vpcIn(app: App, env: Environment): ec2.Vpc {
  return new ec2.Vpc(new Stack(app, 'Network', { env, crossRegionReferences: true }), 'Vpc');
}

test('a network in another region is an error', () => {
  const app = new App();
  const vpc = vpcIn(app, { account: ACCOUNT, region: 'us-east-1' });
  const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
  expect(() => new MemcachedCluster(stack, 'Cache', { vpc })).toThrow(
    "vpc is in us-east-1, expected the region of the cluster's stack, eu-west-1: give a network of that region",
  );
});

test('a subnet of another network is an error', () => {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  const { privateSubnets: subnets } = new ec2.Vpc(stack, 'Other', { maxAzs: 3 });
  expect(() => cluster(vpc, { vpcSubnets: { subnets } })).toThrow(
    /vpcSubnets has Stack\/Other\/PrivateSubnet1, a subnet of another network, expected subnets of Stack\/Vpc: give vpc/,
  );
});

test.each<[string, (vpc: ec2.Vpc) => ec2.SubnetSelection, string]>([
  [
    'two subnets in a zone',
    ({ privateSubnets: [a, b], publicSubnets }) => ({ subnets: [a, b, publicSubnets[0]], onePerAz: true }),
    'more than one subnet in eu-west-1a, expected one in each zone: leave all but one of each zone out of vpcSubnets.subnets',
  ],
  ['one subnet', ({ privateSubnets: [a] }) => ({ subnets: [a] }), 'add a subnet in another zone to vpcSubnets.subnets'],
  ['one zone', () => ({ availabilityZones: [ZONES[0]] }), 'name more zones in vpcSubnets.availabilityZones'],
  [
    'one zone by a filter',
    () => ({ subnetFilters: [ec2.SubnetFilter.availabilityZones([ZONES[0]])] }),
    'select subnets in more zones, or give the VPC a higher maxAzs',
  ],
])('the advice on %s is for the selection that was given', (_, select, advice) => {
  const vpc = threeZones(regionalStack());
  expect(() => cluster(vpc, { vpcSubnets: select(vpc) })).toThrow(advice);
});

describe.each<[string, ec2.VpcProps, Partial<MemcachedClusterProps>, RegExp]>([
  [
    'a network without DNS',
    { enableDnsSupport: false, enableDnsHostnames: false },
    {},
    /vpc has enableDnsSupport false, expected true: hosts find their software/,
  ],
  [
    'a Local Zone',
    { availabilityZones: ['us-west-2a', 'us-west-2-lax-1a'] },
    {},
    /zone b is us-west-2-lax-1a, a Local Zone or Wavelength Zone, expected an availability zone/,
  ],
  [
    'a subnet with too few addresses',
    {
      subnetConfiguration: [public24(), { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 28 }],
    },
    { nodes: MemcachedNodes.ec2({ nodesPerZone: 8 }) },
    /the subnet of zone a has 11 addresses, expected at least 12: nodes, proxies/,
  ],
])('%s', (_, network, props, message) => {
  const warnings = (vpcProps: ec2.VpcProps, options: Partial<MemcachedClusterProps>) => {
    const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' } });
    const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-west-2a', 'us-west-2b'], ...vpcProps });
    new MemcachedCluster(stack, 'Cache', { vpc, ...options });
    return Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));
  };

  test('is warned of', () => {
    expect(warnings(network, props)).toContainEqual(expect.stringMatching(message));
  });

  test('and nothing is said of another', () => {
    expect(warnings({}, props).filter((warning) => message.test(warning))).toEqual([]);
  });
});

function public24(): ec2.SubnetConfiguration {
  return { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 };
}
