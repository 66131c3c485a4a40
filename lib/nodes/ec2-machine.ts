import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';

/** The machines that nodes on EC2 run on. */
export interface Ec2MachineOptions {
  /**
   * The instance type. Its processors decide the machine image; for a token, the cluster's `cpuArchitecture` does.
   *
   * @default - `m7g.medium` (4 GiB), or `m7i.large` (8 GiB) in a cluster of x86 processors
   */
  readonly instanceType?: ec2.InstanceType;

  /**
   * The machine image, for processors of the instance type.
   *
   * It must be Amazon Linux 2023 or made from it: cloud-init, systemd, the AWS CLI, `curl`, amazon-ec2-net-utils, and the root
   * volume at `/dev/xvda`, which gets the size that the image has. What an image holds besides is not fetched at boot: the
   * packages `docker` and `aws-cfn-bootstrap`, and, in docker, the cluster's memcached image under the name that the cluster
   * has for it. A node from an image with all of these is replaced while no repository and no registry answers.
   *
   * Another image replaces the nodes, one zone after another. With one that is resolved at deployment, as
   * `ec2.MachineImage.latestAmazonLinux2023()` is, any deployment may do that. User data of the image is not used.
   *
   * @default - Amazon Linux 2023, the newest one when an instance starts
   */
  readonly machineImage?: ec2.IMachineImage;

  /**
   * Managed policies for the role of the nodes, such as `AmazonSSMManagedInstanceCore` for a shell on them. A change of
   * them replaces no node.
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
