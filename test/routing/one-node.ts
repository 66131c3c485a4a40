import type { Construct } from 'constructs';
import {
  MemcachedNodes,
  type IMemcachedNodes,
  type MemcachedNodeFleet,
  type MemcachedNodesBindOptions,
} from '../../lib';

/** A compute of one's own that makes a single node. */
export class OneNode implements IMemcachedNodes {
  public bind(scope: Construct, options: MemcachedNodesBindOptions): MemcachedNodeFleet {
    const fleet = MemcachedNodes.ec2().bind(scope, options);
    return { ...fleet, nodes: fleet.nodes.slice(0, 1) };
  }
}
