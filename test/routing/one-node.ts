import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { MemcachedNodes, type CacheContext, type IMemcachedNodes, type MemcachedNodeFleet } from '../../lib';

/** A compute of one's own that makes a single node. */
export class OneNode implements IMemcachedNodes {
  public bind(scope: Construct, context: CacheContext, securityGroup: ec2.ISecurityGroup): MemcachedNodeFleet {
    const fleet = MemcachedNodes.ec2().bind(scope, context, securityGroup);
    return { ...fleet, nodes: fleet.nodes.slice(0, 1) };
  }
}
