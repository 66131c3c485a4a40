import { Duration, Lazy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as cloudmap from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { stateAbsences } from '../containers/absences';
import { memcachedExporter } from '../containers/exporter';
import { CONTAINER_NAME, ProcessTaskDefinition, SERVICE_PROPERTIES } from '../containers/fargate-task';
import { fargateTaskSize, type FargateTaskSizeOptions } from '../containers/fargate-task-size';
import { BACKLOG_CONTROL, threadsFor } from '../containers/machine';
import { CacheRole } from '../contract/roles';
import { Endpoint } from '../network/endpoint';
import { addressRecord, privateNamespace } from '../network/private-names';
import {
  memcachedLaunch,
  memcachedNode,
  type MemcachedLaunch,
  type MemcachedProcessOptions,
} from './memcached-process';
import {
  MemcachedNode,
  type IMemcachedNodes,
  type MemcachedNodeFleet,
  type MemcachedNodesBindOptions,
  type MemcachedNodesOptions,
} from './node';
import type { NodePlace } from './pool-order';
import { nodesInZone, zoneByZone, type HostedNode } from './zone-by-zone';

/** Options of `MemcachedNodes.fargate`. */
export interface FargateNodesOptions extends MemcachedNodesOptions, MemcachedProcessOptions, FargateTaskSizeOptions {}

/**
 * Nodes on ECS Fargate: for each a service of one task in one subnet, with a name in AWS Cloud Map that stays when the
 * task is replaced. All share one task definition.
 */
export class FargateNodes implements IMemcachedNodes {
  private readonly nodesPerZone: number;
  private readonly size: Required<FargateTaskSizeOptions>;

  constructor(private readonly options: FargateNodesOptions = {}) {
    this.nodesPerZone = nodesInZone(options.nodesPerZone);
    this.size = fargateTaskSize(options, { cpu: 512, memoryPerCpu: 4 });
    this.launch();
  }

  public bind(scope: Construct, { context, securityGroup }: MemcachedNodesBindOptions): MemcachedNodeFleet {
    const exporter = memcachedExporter(context, CacheRole.NODE);
    const specification = {
      ...memcachedNode(context, this.launch(exporter?.memoryLimitMiB)),
      systemControls: [BACKLOG_CONTROL],
    };
    const taskDefinition = new ProcessTaskDefinition(scope, 'Task', { context, specification, size: this.size });
    const namespace = privateNamespace(scope, 'Namespace', context, {
      description: 'The names of the nodes of a memcached cluster',
      without: 'set nodes to MemcachedNodes.ec2(), which have addresses that stay',
    });
    const attached = new AttachedTargetGroups();
    const fleet = zoneByZone(scope, {
      context,
      nodesPerZone: this.nodesPerZone,
      revision: attached.revisionWith(taskDefinition.taskDefinitionArn),
      makeNode: (zoneScope, id, place) =>
        new FargateNode(zoneScope, id, { ...place, context, securityGroup, taskDefinition, namespace, attached }),
    });
    return { ...fleet, role: taskDefinition.taskRole };
  }

  /** What others in the task take is not memcached's. */
  private launch(othersMiB = 0): MemcachedLaunch {
    const { cpu, memoryLimitMiB } = this.size;
    return memcachedLaunch(this.options, { memoryMiB: memoryLimitMiB - othersMiB, threads: threadsFor(cpu) });
  }
}

/**
 * The target groups that a routing has attached to the services of the nodes. ECS replaces a task whose service gets other
 * target groups, so a change of them, too, has to go through one zone after another.
 */
class AttachedTargetGroups {
  private readonly arns = new Set<string>();

  public add(group: elbv2.INetworkTargetGroup): void {
    this.arns.add(group.targetGroupArn);
  }

  /** A value that changes with the task definition and with the target groups, which are attached later. */
  public revisionWith(taskDefinitionArn: string): string {
    return Lazy.string({ produce: () => [taskDefinitionArn, ...this.arns].join(' ') });
  }
}

/** Properties of `FargateNode`. */
interface FargateNodeProps extends MemcachedNodesBindOptions, NodePlace {
  readonly taskDefinition: ecs.FargateTaskDefinition;
  readonly namespace: cloudmap.INamespace;
  readonly attached: AttachedTargetGroups;
}

class FargateNode extends Construct implements HostedNode {
  public readonly value: MemcachedNode;
  public readonly host: ecs.FargateService;

  constructor(scope: Construct, id: string, props: FargateNodeProps) {
    super(scope, id);
    const { context, securityGroup, taskDefinition, namespace, attached, zone, name } = props;
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
    stateAbsences(this.host);

    this.value = new MemcachedNode(this, 'Node', {
      context,
      name,
      zone,
      endpoint: new Endpoint(`${name}.${namespace.namespaceName}`, context.port),
      loadBalancerTarget: {
        attachToNetworkTargetGroup: (group: elbv2.INetworkTargetGroup) => {
          attached.add(group);
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
      }).attachTo(this),
    });
  }
}
