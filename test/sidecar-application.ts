import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { MemcachedNodes, Routing, type CacheTopology, type IProxySidecar, type MemcachedCluster } from '../lib';
import { regionalStack, SynthesizedCluster, type Resource } from './synth';

export const image = ecs.ContainerImage.fromRegistry('web');

/** A cluster, and an application with a proxy beside it. */
export class Application {
  readonly stack: Stack;
  readonly cache: MemcachedCluster;
  readonly task: ecs.TaskDefinition;
  readonly first: ecs.ContainerDefinition;
  readonly proxy: IProxySidecar;

  constructor(
    routing = Routing.sidecar(),
    {
      topology,
      nodesPerZone = 1,
      options = {},
      task,
    }: Partial<{
      topology: CacheTopology;
      nodesPerZone: number;
      options: Parameters<MemcachedCluster['addProxyTo']>[1];
      task: (stack: Stack) => ecs.TaskDefinition;
    }> = {},
    stack = regionalStack(),
  ) {
    this.stack = stack;
    const nodes = MemcachedNodes.fargate({ nodesPerZone });
    this.cache = new SynthesizedCluster({ routing, topology, nodes }, stack).cluster;
    this.task = task?.(stack) ?? new ecs.FargateTaskDefinition(stack, 'Task');
    this.first = this.task.addContainer('Web', { image, memoryLimitMiB: 128 });
    this.proxy = this.cache.addProxyTo(this.task, options);
  }

  /** A service of the application. */
  service(
    id = 'Service',
    cluster = new ecs.Cluster(this.stack, `${id}Cluster`, { vpc: this.stack.node.findChild('Vpc') as ec2.Vpc }),
  ): ecs.FargateService {
    return new ecs.FargateService(this.stack, id, { cluster, taskDefinition: this.task, minHealthyPercent: 100 });
  }

  /** The containers of the task by their names. */
  containers(): Record<string, any> {
    const { Properties } = Object.values(
      Template.fromStack(this.stack).findResources('AWS::ECS::TaskDefinition', {
        Properties: { ContainerDefinitions: Match.arrayWith([Match.objectLike({ Name: 'Web' })]) },
      }),
    )[0] as Resource;
    return Object.fromEntries(Properties.ContainerDefinitions.map((each: any) => [each.Name, each]));
  }
}

/** With a service that the nodes let in. */
export const admitted = (application: Application): Application => {
  application.proxy.allowFrom(application.service());
  return application;
};
