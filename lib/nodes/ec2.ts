import { Stack, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IpTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Construct } from 'constructs';
import { memcachedExporter } from '../containers/exporter';
import { CacheRole } from '../contract/roles';
import { CacheTag } from '../contract/tags';
import { Endpoint } from '../network/endpoint';
import type { NodePlace } from './pool-order';
import { knownList, knownText, whereGiven } from '../validation';
import { knownInstanceType, knownMachineImage, knownPolicy, NodeLaunchTemplate } from './ec2-launch-template';
import type { Ec2MachineOptions } from './ec2-machine';
import { ec2WarmUp, type Ec2WarmUp, type Ec2WarmUpOptions } from './ec2-warm-up';
import { unreadableTags } from './instance-tags';
import { memcachedLaunch, type MemcachedProcessOptions } from './memcached-process';
import {
  MemcachedNode,
  type IMemcachedNodes,
  type MemcachedNodeFleet,
  type MemcachedNodesBindOptions,
  type MemcachedNodesOptions,
} from './node';
import { nodesInZone, zoneByZone, type HostedNode } from './zone-by-zone';

/** Options of `MemcachedNodes.ec2`. */
export interface Ec2NodesOptions
  extends MemcachedNodesOptions, MemcachedProcessOptions, Ec2MachineOptions, Ec2WarmUpOptions {}

/**
 * Nodes on EC2: for each a network interface made beforehand, whose address is the node's identity, and an Auto
 * Scaling group of one instance that attaches it. All share one launch template.
 */
export class Ec2Nodes implements IMemcachedNodes {
  private readonly nodesPerZone: number;
  private readonly warmUp: Ec2WarmUp;

  constructor(private readonly options: Ec2NodesOptions = {}) {
    this.nodesPerZone = nodesInZone(options.nodesPerZone);
    memcachedLaunch(options);
    if (options.instanceType !== undefined) knownInstanceType(options.instanceType);
    whereGiven(options.machineImage, knownMachineImage);
    knownList('managedPolicies', options.managedPolicies ?? [], knownPolicy);
    knownList('userDataCommands', options.userDataCommands ?? [], knownText);
    this.warmUp = ec2WarmUp(options);
  }

  public bind(scope: Construct, { context, securityGroup }: MemcachedNodesBindOptions): MemcachedNodeFleet {
    const launchTemplate = new NodeLaunchTemplate(scope, 'LaunchTemplate', {
      ...this.options,
      context,
      securityGroup,
      launch: memcachedLaunch(this.options, undefined, memcachedExporter(context, CacheRole.NODE)?.memoryLimitMiB),
      warmUp: this.warmUp,
    });
    const groups: autoscaling.CfnAutoScalingGroup[] = [];
    scope.node.addValidation({ validate: () => unreadableTags(groups) });
    const fleet = zoneByZone(scope, {
      context,
      nodesPerZone: this.nodesPerZone,
      revision: `${launchTemplate.id} ${launchTemplate.version}`,
      makeNode: (zoneScope, id, place) => {
        const node = new Ec2Node(zoneScope, id, {
          ...place,
          context,
          securityGroup,
          launchTemplate,
          warmUp: this.warmUp,
        });
        groups.push(node.host);
        return node;
      },
    });
    return { ...fleet, role: launchTemplate.role };
  }
}

/** Properties of `Ec2Node`. */
interface Ec2NodeProps extends MemcachedNodesBindOptions, NodePlace {
  readonly launchTemplate: NodeLaunchTemplate;
  readonly warmUp: Ec2WarmUp;
}

class Ec2Node extends Construct implements HostedNode {
  public readonly value: MemcachedNode;
  public readonly host: autoscaling.CfnAutoScalingGroup;

  constructor(scope: Construct, id: string, props: Ec2NodeProps) {
    super(scope, id);
    const { context, securityGroup, launchTemplate, warmUp, zone, name } = props;
    const networkInterface = new ec2.CfnNetworkInterface(this, 'Interface', {
      subnetId: zone.subnet.subnetId,
      groupSet: [securityGroup.securityGroupId],
      description: `The address of memcached node ${name}`,
    });
    this.host = new autoscaling.CfnAutoScalingGroup(this, 'Group', {
      minSize: '1',
      maxSize: '1',
      desiredCapacity: '1',
      vpcZoneIdentifier: [zone.subnet.subnetId],
      launchTemplate: { launchTemplateId: launchTemplate.id, version: launchTemplate.version },
      metricsCollection: [{ granularity: '1Minute', metrics: ['GroupInServiceInstances'] }],
    });
    Tags.of(this.host).add(CacheTag.INTERFACE, networkInterface.ref);
    Tags.of(this.host).add(CacheTag.GROUP, Stack.of(this).getLogicalId(this.host));
    // The old instance goes first: the two cannot hold the interface at once.
    this.host.cfnOptions.updatePolicy = {
      autoScalingRollingUpdate: {
        minInstancesInService: 0,
        maxBatchSize: 1,
        waitOnResourceSignals: true,
        pauseTime: `PT${15 + Math.ceil(warmUp.seconds / 60)}M`,
        suspendProcesses: ['HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification', 'ScheduledActions'],
      },
    };
    this.host.cfnOptions.creationPolicy = { resourceSignal: { count: 1, timeout: 'PT15M' } };

    const endpoint = new Endpoint(networkInterface.attrPrimaryPrivateIpAddress, context.port);
    this.value = new MemcachedNode(this, 'Node', {
      context,
      name,
      zone,
      endpoint,
      loadBalancerTarget: new IpTarget(endpoint.hostname, endpoint.port),
      inServiceMetric: new cloudwatch.Metric({
        namespace: 'AWS/AutoScaling',
        metricName: 'GroupInServiceInstances',
        dimensionsMap: { AutoScalingGroupName: this.host.ref },
        statistic: cloudwatch.Stats.MINIMUM,
      }).attachTo(this),
    });
  }
}
