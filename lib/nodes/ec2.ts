import { createHash } from 'node:crypto';
import { Fn, Lazy, Stack, Tags, Token } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IpTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { CacheTag } from '../contract/tags';
import { Endpoint } from '../network/endpoint';
import type { NodePlace } from './pool-order';
import { isX86 } from '../containers/processors';
import { inputError } from '../errors';
import { having, knownList, knownText } from '../validation';
import { ec2UserData } from './ec2-user-data';
import { ec2WarmUp, type Ec2WarmUp, type Ec2WarmUpOptions } from './ec2-warm-up';
import { unreadableTags } from './instance-tags';
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
import { nodesInZone, zoneByZone, type HostedNode } from './zone-by-zone';

/** Options of `MemcachedNodes.ec2`. */
export interface Ec2NodesOptions extends MemcachedNodesOptions, MemcachedProcessOptions, Ec2WarmUpOptions {
  /**
   * The instance type. Its processors decide the machine image; for a token, the cluster's `cpuArchitecture` does.
   *
   * @default - `m7g.medium` (4 GiB), or `m7i.large` (8 GiB) in a cluster of x86 processors
   */
  readonly instanceType?: ec2.InstanceType;

  /**
   * Shell commands that a node runs when it boots, before anything else: an agent to install, hardening to apply.
   *
   * They run under `set -e`: one that fails makes the deployment fail and roll back. Changing them replaces the
   * nodes, one zone after another.
   *
   * @default - none
   */
  readonly userDataCommands?: string[];
}

/**
 * Nodes on EC2: for each a network interface made beforehand, whose address is the node's identity, and an Auto
 * Scaling group of one instance that attaches it. All share one launch template.
 */
export class Ec2Nodes implements IMemcachedNodes {
  private readonly nodesPerZone: number;
  private readonly launch: MemcachedLaunch;
  private readonly warmUp: Ec2WarmUp;

  constructor(private readonly options: Ec2NodesOptions = {}) {
    this.nodesPerZone = nodesInZone(options.nodesPerZone);
    this.launch = memcachedLaunch(options);
    if (options.instanceType !== undefined) knownInstanceType(options.instanceType);
    knownList('userDataCommands', options.userDataCommands ?? [], knownText);
    this.warmUp = ec2WarmUp(options);
  }

  public bind(scope: Construct, { context, securityGroup }: MemcachedNodesBindOptions): MemcachedNodeFleet {
    const launchTemplate = new NodeLaunchTemplate(scope, 'LaunchTemplate', {
      ...this.options,
      context,
      securityGroup,
      launch: this.launch,
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

/** Properties of `NodeLaunchTemplate`. */
interface NodeLaunchTemplateProps extends MemcachedNodesBindOptions {
  readonly launch: MemcachedLaunch;
  readonly warmUp: Ec2WarmUp;
  readonly instanceType?: ec2.InstanceType;
  readonly userDataCommands?: string[];
}

/**
 * The launch template of all nodes. The resource is written out, without the construct on top of it, so that no
 * feature flag, injector or tag of the application can change it: each change of it replaces every node.
 *
 * Its logical id ends with a hash of what it launches, so that a change is a new template and a rollback goes back to the
 * old one, which is still there: a version that an update made may stay the latest one after the rollback
 * (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1912).
 */
class NodeLaunchTemplate extends Construct {
  public readonly id: string;
  public readonly version: string;
  public readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: NodeLaunchTemplateProps) {
    super(scope, id);
    const { context, securityGroup, launch, warmUp } = props;
    const instanceType = props.instanceType ?? defaultInstanceType(context);
    const arm = isArm(instanceType, context);
    const image = ec2.MachineImage.resolveSsmParameterAtLaunch(
      `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${arm ? 'arm64' : 'x86_64'}`,
    ).getImage(this);
    this.role = nodeRole(this, context);
    const profile = new iam.CfnInstanceProfile(this, 'Profile', { roles: [this.role.roleName] });
    const template = new ec2.CfnLaunchTemplate(this, 'Resource', {
      launchTemplateData: {
        imageId: image.imageId,
        instanceType: instanceType.toString(),
        iamInstanceProfile: { arn: profile.attrArn },
        securityGroupIds: [securityGroup.securityGroupId],
        userData: Fn.base64(ec2UserData(context, memcachedNode(context, launch), props.userDataCommands ?? [], warmUp)),
        metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1, instanceMetadataTags: 'enabled' },
        blockDeviceMappings: [
          {
            deviceName: '/dev/xvda',
            ebs: { encrypted: true, volumeType: 'gp3', volumeSize: 8, deleteOnTermination: true },
          },
        ],
      },
    });
    // The role's policy too: a node that boots before it cannot attach its interface.
    template.node.addDependency(this.role);
    nameAfterContent(template);
    this.id = template.ref;
    this.version = template.attrLatestVersionNumber;
  }
}

/** What is known only at deployment is in the hash as it stands in the template: where that changes, so does the version. */
function nameAfterContent(template: ec2.CfnLaunchTemplate): void {
  const stack = Stack.of(template);
  const ownId = stack.resolve(template.logicalId) as string;
  const hash = (): string =>
    createHash('sha256')
      .update(JSON.stringify(stack.resolve(template.launchTemplateData)))
      .digest('hex')
      .slice(0, 8);
  template.overrideLogicalId(Lazy.uncachedString({ produce: () => `${ownId}${hash()}` }));
}

function defaultInstanceType(context: CacheContext): ec2.InstanceType {
  return isX86(context)
    ? ec2.InstanceType.of(ec2.InstanceClass.M7I, ec2.InstanceSize.LARGE)
    : ec2.InstanceType.of(ec2.InstanceClass.M7G, ec2.InstanceSize.MEDIUM);
}

/** The core library names no property when it does not understand an instance type. */
function knownInstanceType(instanceType: ec2.InstanceType): void {
  having('instanceType', instanceType, 'architecture', 'an ec2.InstanceType');
  const name = instanceType.toString();
  if (Token.isUnresolved(name) || /^[a-z][a-z0-9-]*\d[a-z0-9-]*\.[a-z0-9-]+$/.test(name)) return;
  throw inputError({
    got: `instanceType is '${name}'`,
    expected: "a family, a generation and a size, such as 'm7g.medium'",
    advice: 'choose one that Amazon EC2 has',
  });
}

/** The instance type decides, unless it is known only at deployment. */
function isArm(instanceType: ec2.InstanceType, context: CacheContext): boolean {
  return Token.isUnresolved(instanceType.toString())
    ? !isX86(context)
    : instanceType.architecture === ec2.InstanceArchitecture.ARM_64;
}

/**
 * May attach the cluster's interfaces to the cluster's instances, write to its log, and nothing else. The resources
 * are selected by tag: an instance's id is not known before it starts, and a list of interfaces would name every node in each one's role.
 */
function nodeRole(scope: Construct, context: CacheContext): iam.Role {
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  const stack = Stack.of(scope);
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['ec2:AttachNetworkInterface'],
      resources: ['network-interface', 'instance'].map((resource) =>
        stack.formatArn({ service: 'ec2', resource, resourceName: '*' }),
      ),
      conditions: { StringEquals: { [`aws:ResourceTag/${CacheTag.CLUSTER}`]: context.clusterName } },
    }),
  );
  context.image.grantPull(role);
  context.logGroup.grantWrite(role);
  return role;
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
