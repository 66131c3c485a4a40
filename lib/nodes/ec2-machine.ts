import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';

/** The machines that nodes on EC2 run on. */
export interface Ec2MachineOptions {
  /**
   * The instance type. Its processor architecture decides the machine image; if the type is a token, the cluster's
   * `cpuArchitecture` decides.
   *
   * @default - `m7g.medium` (4 GiB), or `m7i.large` (8 GiB) in a cluster with x86 processors
   */
  readonly instanceType?: ec2.InstanceType;

  /**
   * The machine image, for the processor architecture of the instance type.
   *
   * It must be Amazon Linux 2023 or made from it: a node needs cloud-init, systemd, the AWS CLI, `curl`, amazon-ec2-net-utils,
   * and the root volume at `/dev/xvda`, which gets the size that the image has. The image may also hold the packages `docker`
   * and `aws-cfn-bootstrap`, and, in docker, the cluster's memcached image under the name that the cluster has for it. Whatever
   * it holds of these is not fetched at boot. With all of them in the image, a node can be replaced even while no repository
   * and no registry answers.
   *
   * Changing the image replaces the nodes, one zone after another. With an image that is resolved at deployment, such as
   * `ec2.MachineImage.latestAmazonLinux2023()`, any deployment may do that. The image's own user data is not used.
   *
   * @default - the newest Amazon Linux 2023 at the time when an instance starts
   */
  readonly machineImage?: ec2.IMachineImage;

  /**
   * Managed policies for the role of the nodes, such as `AmazonSSMManagedInstanceCore` for a shell on them. Changing them does
   * not replace any node.
   *
   * @default - none
   */
  readonly managedPolicies?: iam.IManagedPolicy[];

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
