import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { CacheTopology, HaCacheStack, Routing, type MemcachedClusterProps } from '../../lib';
import { regionalStack, SynthesizedCluster, textOf } from '../synth';

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const DUAL_STACK = IpAddressType.DUAL_STACK;

describe('a dual stack endpoint', () => {
  function dualStack(props: Partial<MemcachedClusterProps> = {}): SynthesizedCluster {
    const stack = regionalStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 3, ipProtocol: ec2.IpProtocol.DUAL_STACK });
    return new SynthesizedCluster({ vpc, ipAddressType: DUAL_STACK, ...props }, stack);
  }

  test('has both kinds of addresses, and its targets have IPv4', () => {
    const made = dualStack();
    expect(made.only(LOAD_BALANCER).Properties.IpAddressType).toBe('dualstack');
    expect(made.only('AWS::ElasticLoadBalancingV2::TargetGroup').Properties.IpAddressType ?? 'ipv4').toBe('ipv4');
  });

  test('lets in IPv6 clients that are allowed, and lets no host out over IPv6', () => {
    const made = dualStack();
    made.cluster.connections.allowDefaultPortFrom(ec2.Peer.ipv6('2001:db8::/56'));
    const groups = Object.values(made.resources('AWS::EC2::SecurityGroup'));
    const ingress = groups.flatMap(({ Properties }) => (Properties.SecurityGroupIngress ?? []) as unknown[]);
    expect(ingress).toEqual([expect.objectContaining({ CidrIpv6: '2001:db8::/56', FromPort: 11211, ToPort: 11211 })]);
    const egress = groups.flatMap(({ Properties }) => (Properties.SecurityGroupEgress ?? []) as object[]);
    expect(egress.filter((rule) => 'CidrIpv6' in rule)).toEqual([]);
  });

  test('needs subnets with IPv6 ranges', () => {
    expect(() => new SynthesizedCluster({ ipAddressType: DUAL_STACK })).toThrow(
      'ipAddressType is dualstack, and the subnet of zone a has no IPv6 range, expected one in the subnet of each zone: give',
    );
  });

  test('is of one of two types', () => {
    expect(() => new SynthesizedCluster({ ipAddressType: IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 })).toThrow(
      "ipAddressType is 'dualstack-without-public-ipv4', expected elbv2.IpAddressType.IPV4 or DUAL_STACK",
    );
  });

  test('comes with its network in the ready-made stack, in which hosts get no IPv6 address', () => {
    const template = Template.fromStack(new HaCacheStack(new App(), 'HaCache', { ipAddressType: DUAL_STACK }));
    template.hasResourceProperties(LOAD_BALANCER, { IpAddressType: 'dualstack' });
    const subnets = Object.values(template.findResources('AWS::EC2::Subnet'));
    expect(subnets.length).toBeGreaterThan(2);
    for (const { Properties } of subnets) {
      expect(Properties.Ipv6CidrBlock).toBeDefined();
      expect(Properties.AssignIpv6AddressOnCreation).toBe(false);
    }
  });
});

describe('an endpoint service', () => {
  const arn = 'arn:aws:iam::210987654321:root';
  const SERVICE = 'AWS::EC2::VPCEndpointService';
  const ENFORCED = 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic';

  test('leads to the load balancer, asks for acceptance, and the security group holds', () => {
    const made = new SynthesizedCluster({ endpointService: { allowedPrincipals: [new ArnPrincipal(arn)] } });
    const { Properties } = made.only(SERVICE);
    const [loadBalancer] = Object.keys(made.resources(LOAD_BALANCER));
    expect(Properties.NetworkLoadBalancerArns.map(textOf)).toEqual([`\${${loadBalancer}}`]);
    expect(Properties.AcceptanceRequired).toBe(true);
    expect(made.only('AWS::EC2::VPCEndpointServicePermissions').Properties.AllowedPrincipals).toEqual([arn]);
    expect(made.only(LOAD_BALANCER).Properties[ENFORCED]).toBe('on');
    expect(made.resolve(made.cluster.endpointService!.vpcEndpointServiceId)).toHaveProperty('Ref');
  });

  test('can do without either', () => {
    const made = new SynthesizedCluster({ endpointService: { acceptanceRequired: false, securityGroupRules: false } });
    expect(made.only(SERVICE).Properties.AcceptanceRequired).toBe(false);
    expect(made.only(LOAD_BALANCER).Properties[ENFORCED]).toBe('off');
  });

  test('needs an endpoint', () => {
    const routing = Routing.clientSide({ autoDiscovery: true });
    expect(() => new SynthesizedCluster({ routing, topology: CacheTopology.sharded(), endpointService: {} })).toThrow(
      'endpointService is given, and the routing has no endpoint, expected a routing with one: choose another routing',
    );
  });

  test('is not there unless it is asked for', () => {
    const made = new SynthesizedCluster();
    made.template.resourceCountIs(SERVICE, 0);
    expect(made.only(LOAD_BALANCER).Properties).not.toHaveProperty(ENFORCED);
    expect(made.cluster.endpointService).toBeUndefined();
  });
});
