import { Ec2Nodes, type Ec2NodesProps } from './ec2';
import { FargateNodes, type FargateNodesProps } from './fargate';
import type { IMemcachedNodes } from './node';

export type { Ec2NodesProps } from './ec2';
export type { FargateNodesProps } from './fargate';
export type { MemcachedSettings } from './memcached';
export * from './node';

/** The computes that nodes can run on. */
export class MemcachedNodes {
  /**
   * Nodes on EC2 instances.
   *
   * @throws when a setting is out of its range
   */
  public static ec2(props: Ec2NodesProps = {}): IMemcachedNodes {
    return new Ec2Nodes(props);
  }

  /**
   * Nodes on ECS Fargate.
   *
   * @throws when Fargate does not offer the task's size, or it leaves too little memory for items
   */
  public static fargate(props: FargateNodesProps = {}): IMemcachedNodes {
    return new FargateNodes(props);
  }

  private constructor() {}
}
