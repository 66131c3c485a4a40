import type { CacheContext } from '../context/cache-context';
import type { ContainerSpecification } from '../containers/specification';
import { Ec2Nodes, type Ec2NodesOptions } from './ec2';
import { FargateNodes, type FargateNodesOptions } from './fargate';
import { memcachedLaunch, memcachedNode, type MemcachedProcessOptions } from './memcached-process';
import type { IMemcachedNodes } from './node';
import { poolOrder, type NodePlace } from './pool-order';

import { checkNodes, nodesInZone } from './zone-by-zone';

export type { Ec2NodesOptions } from './ec2';
export type { Ec2MachineOptions } from './ec2-machine';
export type { Ec2WarmUpOptions } from './ec2-warm-up';
export type { FargateNodesOptions } from './fargate';
export type { MemcachedProcessOptions } from './memcached-process';
export * from './node';
export type { NodePlace } from './pool-order';

/** The kinds of compute that nodes can run on, and helpers for a compute of your own. */
export class MemcachedNodes {
  /**
   * Nodes on EC2 instances.
   *
   * @throws when an option is out of its range
   */
  public static ec2(options: Ec2NodesOptions = {}): IMemcachedNodes {
    return new Ec2Nodes(options);
  }

  /**
   * Nodes on ECS Fargate.
   *
   * Two things can happen to nodes on Fargate that do not happen on EC2. A task does not start while CloudWatch Logs cannot
   * create its log stream. And AWS retires platform revisions, one or two a month, and stops every task that runs on a retired
   * one, so nodes that were deployed together can be emptied together. docs/nodes.md, "Task retirement", says how to spread
   * that over days.
   *
   * @throws when Fargate does not offer the task's size, or the size leaves too little memory for items
   */
  public static fargate(options: FargateNodesOptions = {}): IMemcachedNodes {
    return new FargateNodes(options);
  }

  /**
   * Returns the process of a node, for a compute of your own to host.
   *
   * @throws when an option is out of its range
   */
  public static process(context: CacheContext, options: MemcachedProcessOptions = {}): ContainerSpecification {
    return memcachedNode(context, memcachedLaunch(options));
  }

  /**
   * Returns the places of the nodes in the order of the pool, for a compute of your own: `a1`, `b1`, `c1`, `a2`, …. A cluster
   * that grows adds nodes at the end.
   */
  public static places(context: CacheContext, nodesPerZone: number): NodePlace[] {
    checkNodes(context.zones.length, nodesInZone(nodesPerZone));
    return poolOrder(context.zones, nodesPerZone);
  }

  private constructor() {}
}
