import { Duration, Lazy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as cloudmap from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import {
  CONTAINER_NAME,
  fargateTask,
  fargateTaskSize,
  SERVICE_PROPERTIES,
  type FargateTaskSize,
} from '../containers/fargate-task';
import { Endpoint } from '../network/endpoint';
import { addressRecord, privateNamespace } from '../network/private-names';
import { memcachedExporter } from '../containers/exporter';
import { nodeName } from './pool-order';
import type { CacheZone } from '../context/topology';
import {
  cacheMemoryFor,
  memcachedLaunch,
  memcachedNode,
  type MemcachedLaunch,
  type MemcachedSettings,
} from './memcached';
import { MemcachedNode, type IMemcachedNodes, type MemcachedNodeFleet, type MemcachedNodesProps } from './node';
import { nodesInZone, zoneByZone, type HostedNode } from './zone-by-zone';

/** Properties of `MemcachedNodes.fargate`. */
export interface FargateNodesProps extends MemcachedNodesProps, MemcachedSettings, FargateTaskSize {}

/**
 * Nodes on ECS Fargate: for each a service of one task in one subnet, with a name in AWS Cloud Map that stays when the
 * task is replaced. All share one task definition.
 */
export class FargateNodes implements IMemcachedNodes {
  private readonly nodesPerZone: number;
  private readonly size: Required<FargateTaskSize>;

  constructor(private readonly props: FargateNodesProps = {}) {
    this.nodesPerZone = nodesInZone(props.nodesPerZone);
    this.size = fargateTaskSize(props, { cpu: 512, memoryPerCpu: 4 });
    this.launch();
  }

  public bind(scope: Construct, context: CacheContext, securityGroup: ec2.ISecurityGroup): MemcachedNodeFleet {
    const exporter = memcachedExporter(context, 'node');
    const specification = memcachedNode(context, this.launch(exporter?.memoryMiB));
    const task = fargateTask(scope, 'Task', context, specification, this.size);
    const namespace = privateNamespace(scope, 'Namespace', context, 'The names of the nodes of a memcached cluster');
    // ECS replaces a task whose service gets other target groups: that, too, goes through one zone after another.
    const targetGroups = new Set<string>();
    const revision = Lazy.string({ produce: () => [task.taskDefinitionArn, ...targetGroups].join(' ') });
    return zoneByZone(
      scope,
      context,
      this.nodesPerZone,
      revision,
      (zoneScope, id, zone, index) =>
        new FargateNode(zoneScope, id, context, securityGroup, task, namespace, zone, index, targetGroups),
    );
  }

  /** What others in the task take is not memcached's. */
  private launch(othersMiB = 0): MemcachedLaunch {
    const cacheMemoryMiB = cacheMemoryFor(this.size.memoryMiB - othersMiB, this.props.cacheMemoryMiB);
    return memcachedLaunch({ ...this.props, cacheMemoryMiB });
  }
}

class FargateNode extends Construct implements HostedNode {
  public readonly value: MemcachedNode;
  public readonly host: ecs.FargateService;

  constructor(
    scope: Construct,
    id: string,
    context: CacheContext,
    securityGroup: ec2.ISecurityGroup,
    taskDefinition: ecs.FargateTaskDefinition,
    namespace: cloudmap.INamespace,
    zone: CacheZone,
    index: number,
    targetGroups: Set<string>,
  ) {
    super(scope, id);
    const name = nodeName(zone, index);
    this.host = new ecs.FargateService(this, 'Service', {
      ...SERVICE_PROPERTIES,
      cluster: context.ecsCluster,
      taskDefinition,
      desiredCount: 1,
      vpcSubnets: { subnets: [zone.subnet] },
      securityGroups: [securityGroup],
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.DISABLED,
      cloudMapOptions: addressRecord(namespace, name),
    });

    this.value = new MemcachedNode(this, 'Node', {
      context,
      name,
      zone,
      endpoint: new Endpoint(`${name}.${namespace.namespaceName}`, context.port),
      loadBalancerTarget: {
        attachToNetworkTargetGroup: (group: elbv2.INetworkTargetGroup) => {
          targetGroups.add(group.targetGroupArn);
          return this.host
            .loadBalancerTarget({ containerName: CONTAINER_NAME, containerPort: context.port })
            .attachToNetworkTargetGroup(group);
        },
      },
      // One sample of CPU utilization a minute is a running task: the count needs no paid metric.
      inServiceMetric: new cloudwatch.Metric({
        namespace: 'AWS/ECS',
        metricName: 'CPUUtilization',
        dimensionsMap: { ClusterName: context.ecsCluster.clusterName, ServiceName: this.host.serviceName },
        statistic: cloudwatch.Stats.SAMPLE_COUNT,
        period: Duration.minutes(1),
      }),
    });
  }
}
