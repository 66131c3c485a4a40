import { createHash } from 'node:crypto';
import { Fn, Lazy, Stack, Token, type IResolveContext } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { allowAutoScaling } from '../context/encryption';
import { CacheTag } from '../contract/tags';
import { isX86 } from '../containers/processors';
import { inputError } from '../errors';
import { having } from '../validation';
import type { Ec2MachineOptions } from './ec2-machine';
import { ec2UserData } from './ec2-user-data';
import type { Ec2WarmUp } from './ec2-warm-up';
import { memcachedNode, type MemcachedLaunch } from './memcached-process';
import type { MemcachedNodesBindOptions } from './node';

/** Properties of `NodeLaunchTemplate`. */
export interface NodeLaunchTemplateProps extends MemcachedNodesBindOptions, Ec2MachineOptions {
  readonly launch: MemcachedLaunch;
  readonly warmUp: Ec2WarmUp;
}

/**
 * The launch template of all nodes. The resource is written out, without the construct on top of it, so that no
 * feature flag, injector or tag of the application can change it: each change of it replaces every node.
 *
 * Its logical id ends with a hash of what it launches, so that a change is a new template and a rollback goes back to the
 * old one, which is still there: a version that an update made may stay the latest one after the rollback
 * (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1912).
 */
export class NodeLaunchTemplate extends Construct {
  public readonly id: string;
  public readonly version: string;
  public readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: NodeLaunchTemplateProps) {
    super(scope, id);
    const { context, securityGroup, launch, warmUp } = props;
    const instanceType = props.instanceType ?? defaultInstanceType(context);
    const image = (props.machineImage ?? amazonLinux(isArm(instanceType, context))).getImage(this);
    if (image.osType === ec2.OperatingSystemType.WINDOWS) {
      throw inputError({
        got: 'machineImage is one of Windows',
        expected: 'Amazon Linux 2023 or an image made from it',
        advice: 'choose another image, or leave it out',
        scope: this,
      });
    }
    this.role = nodeRole(this, context, props.managedPolicies);
    if (context.encryptionKey) allowAutoScaling(this, context.encryptionKey);
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
            ebs: {
              encrypted: true,
              kmsKeyId: context.encryptionKey?.keyArn,
              volumeType: 'gp3',
              volumeSize: props.machineImage ? undefined : 8,
              deleteOnTermination: true,
            },
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
  // Every node's group asks for it. Nothing changes between the tree's validation and its writing: there it is kept.
  let settled: string | undefined;
  template.node.addValidation({
    validate: () => {
      settled = hash();
      return [];
    },
  });
  // While the core library looks for references, before that, any name does.
  const produce = ({ preparing }: IResolveContext): string => {
    if (!preparing) return `${ownId}${settled ?? hash()}`;
    settled = undefined;
    return ownId;
  };
  template.overrideLogicalId(Lazy.uncachedString({ produce }));
}

function defaultInstanceType(context: CacheContext): ec2.InstanceType {
  return isX86(context)
    ? ec2.InstanceType.of(ec2.InstanceClass.M7I, ec2.InstanceSize.LARGE)
    : ec2.InstanceType.of(ec2.InstanceClass.M7G, ec2.InstanceSize.MEDIUM);
}

/** The core library names no property when it does not understand an instance type. */
export function knownInstanceType(instanceType: ec2.InstanceType): void {
  having('instanceType', instanceType, 'architecture', 'an ec2.InstanceType');
  const name = instanceType.toString();
  if (Token.isUnresolved(name) || /^[a-z][a-z0-9-]*\d[a-z0-9-]*\.[a-z0-9-]+$/.test(name)) return;
  throw inputError({
    got: `instanceType is '${name}'`,
    expected: "a family, a generation and a size, such as 'm7g.medium'",
    advice: 'choose one that Amazon EC2 has',
  });
}

export function knownMachineImage(image: ec2.IMachineImage): ec2.IMachineImage {
  return having('machineImage', image, 'getImage', 'an ec2.IMachineImage');
}

export function knownPolicy(name: string, policy: iam.IManagedPolicy): void {
  having(name, policy, 'managedPolicyArn', 'an iam.IManagedPolicy');
}

/** Resolved when an instance starts: a newer image changes no template. */
function amazonLinux(arm: boolean): ec2.IMachineImage {
  return ec2.MachineImage.resolveSsmParameterAtLaunch(
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${arm ? 'arm64' : 'x86_64'}`,
  );
}

/** The instance type decides, unless it is known only at deployment. */
function isArm(instanceType: ec2.InstanceType, context: CacheContext): boolean {
  return Token.isUnresolved(instanceType.toString())
    ? !isX86(context)
    : instanceType.architecture === ec2.InstanceArchitecture.ARM_64;
}

/**
 * May attach the cluster's interfaces to the instance that asks, detach them from the cluster's instances, see who holds one,
 * write to the cluster's log, and nothing else.
 *
 * An instance asks for itself alone: the request's `ec2:SourceInstanceARN` names the id of the instance that it is about, as in
 * AWS's own policy AWSEC2VssSnapshotPolicy. Interfaces, and the instances that one is taken from, are selected by tag: a list
 * would name every node in each one's role. Who holds an interface can be asked for all of a region alone
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html).
 */
function nodeRole(scope: Construct, context: CacheContext, managedPolicies?: iam.IManagedPolicy[]): iam.Role {
  const assumedBy = new iam.ServicePrincipal('ec2.amazonaws.com');
  const role = new iam.Role(scope, 'Role', { assumedBy, managedPolicies });
  const stack = Stack.of(scope);
  const all = (resource: string): string => stack.formatArn({ service: 'ec2', resource, resourceName: '*' });
  const ofCluster = { StringEquals: { [`aws:ResourceTag/${CacheTag.CLUSTER}`]: context.clusterName } };
  // In an Fn::Sub: CloudFormation warns of what looks like a parameter elsewhere.
  const asking = Fn.sub('arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/${!ec2:InstanceID}');
  const itself = { ArnEquals: { 'ec2:SourceInstanceARN': asking } };
  const [attach, detach] = ['ec2:AttachNetworkInterface', 'ec2:DetachNetworkInterface'];
  for (const [actions, resource, conditions] of [
    [[attach, detach], 'network-interface', ofCluster],
    [[attach], 'instance', itself],
    [[detach], 'instance', ofCluster],
  ] as const) {
    role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [all(resource)], conditions }));
  }
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['ec2:DescribeNetworkInterfaces'],
      resources: ['*'],
      conditions: { StringEquals: { 'ec2:Region': stack.region } },
    }),
  );
  context.image.grantPull(role);
  context.logGroup.grantWrite(role);
  return role;
}
