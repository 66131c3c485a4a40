import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** A security group that lets nothing in or out, whatever the application's flags say. */
export function closedSecurityGroup(
  scope: Construct,
  id: string,
  vpc: ec2.IVpc,
  description: string,
): ec2.SecurityGroup {
  return new ec2.SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false, allowAllIpv6Outbound: false });
}

/** The group of hosts that fetch their software and image, and speak to AWS: out to HTTPS only. */
export function hostSecurityGroup(scope: Construct, id: string, vpc: ec2.IVpc, description: string): ec2.SecurityGroup {
  const group = closedSecurityGroup(scope, id, vpc, description);
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'software, images and AWS');
  return group;
}
