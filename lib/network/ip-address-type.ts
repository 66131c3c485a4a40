import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { CacheZone } from '../context/topology';
import { inputError } from '../errors';
import { knownMember } from '../validation';

/** Fails unless a Network Load Balancer of a cluster takes it: the third is for Application Load Balancers. */
export function knownIpAddressType(type: elbv2.IpAddressType): elbv2.IpAddressType {
  knownMember('ipAddressType', type, elbv2.IpAddressType);
  if (type !== elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4) return type;
  throw inputError({
    got: `ipAddressType is '${type}'`,
    expected: 'elbv2.IpAddressType.IPV4 or DUAL_STACK',
    advice: 'take one of them; the endpoint is internal, and has no public address anyway',
  });
}

/** A load balancer takes an IPv6 address in each of its subnets. Those that are not made here are not known. */
export function requireIpv6(scope: Construct, zones: CacheZone[]): void {
  const without = zones.find(({ subnet }) => {
    const resource = subnet.node.defaultChild;
    return resource instanceof ec2.CfnSubnet && !resource.ipv6CidrBlock && !resource.ipv6IpamPoolId;
  });
  if (!without) return;
  throw inputError({
    got: `ipAddressType is dualstack, and the subnet of zone ${without.label} has no IPv6 range`,
    expected: 'one in the subnet of each zone',
    advice: 'give the network ipProtocol: ec2.IpProtocol.DUAL_STACK, or select other subnets with vpcSubnets',
    scope,
  });
}
