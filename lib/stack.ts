import { CfnOutput, FeatureFlags, RemovalPolicy, Stack, Token, type StackProps } from 'aws-cdk-lib';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EC2_RESTRICT_DEFAULT_SECURITY_GROUP } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { MemcachedCluster } from './cluster/cluster';
import type { MemcachedClusterOptions } from './cluster/options';
import { requireAssets } from './containers/assets';
import { allowLogs, knownEncryptionKey } from './context/encryption';
import { inputError } from './errors';
import { factsOf } from './metrics/facts';
import { acknowledgeChoices } from './stack-choices';
import { having, knownInteger, knownList, knownText, whereGiven } from './validation';
import { MemcachedNodes } from './nodes';

/** Properties of `HaCacheStack`. */
export interface HaCacheStackProps extends StackProps, MemcachedClusterOptions {
  /**
   * The network that the cluster is in.
   *
   * @default - the one with `vpcId`, or else a new one
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The id of an existing network to look up. The look-up needs a stack with an environment (`env`).
   *
   * @default - a new network with public and private subnets and a NAT gateway in each zone
   */
  readonly vpcId?: string;

  /**
   * The number of availability zones of the new network. A stack that does not know its region can have only two.
   *
   * @default 3
   */
  readonly maxAzs?: number;

  /**
   * The names of the new network's availability zones, such as `eu-west-1a`. Their order decides the zones' letters in the
   * names of nodes. Not every zone has every instance type and both processor architectures; docs/operations.md has commands
   * that show which zones do.
   *
   * @default - the first `maxAzs` zones of the region
   */
  readonly availabilityZones?: string[];

  /**
   * The number of NAT gateways of the new network. With fewer gateways than zones, the loss of one zone can keep lost nodes in
   * other zones from being replaced.
   *
   * @default - one in each zone
   */
  readonly natGateways?: number;

  /**
   * Who may connect to the endpoint.
   *
   * @default - nobody; open it with `cluster.connections`
   */
  readonly clients?: ec2.IPeer[];

  /**
   * The ARN of an SNS topic that the alarms are sent to.
   *
   * @default - the alarms notify nobody until you add actions with `cluster.addAlarmAction`
   */
  readonly alarmTopicArn?: string;
}

/**
 * A memcached cluster that is ready to deploy. It has a network of its own unless you give it one, and two nodes in each zone
 * unless you set `nodes`: the default is `MemcachedNodes.ec2({ nodesPerZone: 2 })`.
 */
export class HaCacheStack extends Stack {
  /** The cluster. */
  public readonly cluster: MemcachedCluster;

  /** The network that the cluster is in. */
  public readonly vpc: ec2.IVpc;

  /**
   * @throws when you give both `vpc` and `vpcId`, or one of them with options of a new network
   */
  constructor(scope: Construct, id: string, props: HaCacheStackProps = {}) {
    super(scope, id, {
      ...props,
      description: props.description ?? 'A highly available memcached cluster with one address',
    });
    checkClients(props);
    this.vpc = this.network(props);
    const options: MemcachedClusterOptions = props;
    const nodes = options.nodes ?? MemcachedNodes.ec2({ nodesPerZone: 2 });
    this.cluster = new MemcachedCluster(this, 'Cache', { ...options, nodes, vpc: this.vpc });
    props.clients?.forEach((client) => this.cluster.connections.allowDefaultPortFrom(client));
    if (props.alarmTopicArn) {
      this.cluster.addAlarmAction(
        new actions.SnsAction(sns.Topic.fromTopicArn(this, 'AlarmTopic', props.alarmTopicArn)),
      );
    }
    if (!factsOf(this.cluster).sidecarsOnly) {
      new CfnOutput(this, 'Endpoint', {
        value: this.cluster.serverList,
        description: 'What memcached clients connect to',
      });
    }
    acknowledgeChoices(this, props.pullThroughCachePrefix);
  }

  private network(props: HaCacheStackProps): ec2.IVpc {
    const given = (['vpc', 'vpcId', 'availabilityZones', 'maxAzs', 'natGateways'] as const).filter(
      (name) => props[name] !== undefined,
    );
    if (given.length > 1 && (given.includes('vpc') || given.includes('vpcId'))) {
      throw inputError({
        got: `${given.join(' and ')} are given together`,
        expected: 'one existing network or the shape of a new one',
        advice: 'leave out all but vpc, or all but vpcId, or both of them',
        scope: this,
      });
    }
    if (props.vpc) return props.vpc;
    if (props.vpcId !== undefined) knownVpcId(props.vpcId);
    if (props.vpcId) return ec2.Vpc.fromLookup(this, 'Vpc', { vpcId: props.vpcId });
    if (FeatureFlags.of(this).isEnabled(EC2_RESTRICT_DEFAULT_SECURITY_GROUP)) {
      requireAssets(this, {
        what: 'the function that closes the default security group of a new network',
        advice: `give vpc or vpcId, or set the feature flag ${EC2_RESTRICT_DEFAULT_SECURITY_GROUP} to false`,
      });
    }
    const zones = whereGiven(props.availabilityZones, (names) => knownZones(names, props.maxAzs));
    const maxAzs = knownInteger('maxAzs', props.maxAzs ?? 3, {
      min: 2,
      max: 26,
      advice: 'a cache in one zone is lost with it; leave it out for 3',
    });
    if (props.natGateways !== undefined) checkGateways(props);
    const dualStack = props.ipAddressType === elbv2.IpAddressType.DUAL_STACK;
    return new ec2.Vpc(this, 'Vpc', {
      ...(zones ? { availabilityZones: zones } : { maxAzs }),
      natGateways: props.natGateways,
      ipProtocol: dualStack ? ec2.IpProtocol.DUAL_STACK : ec2.IpProtocol.IPV4_ONLY,
      subnetConfiguration: subnetsWith(props.natGateways, dualStack),
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      flowLogs: {
        Rejected: {
          trafficType: ec2.FlowLogTrafficType.REJECT,
          destination: ec2.FlowLogDestination.toCloudWatchLogs(this.flowLog(props.encryptionKey)),
        },
      },
    });
  }

  /** The core library's own is kept for ever when the stack is deleted. */
  private flowLog(key?: kms.IKey): logs.LogGroup {
    const encryptionKey = whereGiven(key, (it) => knownEncryptionKey(this, it));
    if (encryptionKey) allowLogs(this, encryptionKey);
    return new logs.LogGroup(this, 'FlowLog', {
      encryptionKey,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** Who may connect, and who is notified. */
function checkClients({ clients, alarmTopicArn }: HaCacheStackProps): void {
  knownList('clients', clients ?? [], (name, each) => having(name, each, 'canInlineRule', 'an ec2.IPeer'));
  if (alarmTopicArn === undefined || alarmTopicArn === null) return;
  if (Token.isUnresolved(knownText('alarmTopicArn', alarmTopicArn))) return;
  if (!/^arn:[\w-]+:sns:[\w-]*:\d*:[\w.-]+$/.test(alarmTopicArn)) {
    throw inputError({
      got: `alarmTopicArn is '${alarmTopicArn}'`,
      expected: 'the ARN of an SNS topic',
      advice: 'copy it from the topic, or leave it out and use cluster.addAlarmAction',
    });
  }
}

/** CDK itself checks them against the zones of the region, where it knows these. */
function knownZones(names: string[], maxAzs: number | undefined): string[] {
  knownList('availabilityZones', names, knownText);
  const wrong = names.find((name) => !Token.isUnresolved(name) && !/^[a-z]+(-[a-z]+)+-\d[\w-]*$/.test(name));
  const problem = (got: string, advice: string): Error =>
    inputError({ got, expected: 'the names of at least 2 zones, each once', advice });
  if (maxAzs !== undefined) {
    throw problem(
      'availabilityZones and maxAzs are given together',
      'leave out maxAzs, because the names say how many',
    );
  }
  if (wrong !== undefined) {
    throw problem(`availabilityZones has '${wrong}'`, 'write names as eu-west-1a, not ids as euw1-az1');
  }
  if (names.length < 2 || new Set(names).size < names.length) {
    const got = names.join(', ') || 'nothing';
    throw problem(`availabilityZones has ${got}`, 'name other zones, or leave it out for the first ones of the region');
  }
  return names;
}

function knownVpcId(vpcId: string): void {
  if (Token.isUnresolved(knownText('vpcId', vpcId)) || !/^vpc-\w+$/.test(vpcId)) {
    throw inputError({
      got: `vpcId is ${Token.isUnresolved(vpcId) ? 'a token' : `'${vpcId}'`}`,
      expected: 'the id of a network, known at synthesis',
      advice: 'write it out, as in vpc-0123456789abcdef0, or give vpc',
    });
  }
}

/**
 * As the core library makes them, but that what starts in a public one gets no public address unless it asks for one, and no host
 * gets an IPv6 address: of the cluster only load balancers have some.
 */
function subnetsWith(natGateways: number | undefined, dualStack: boolean): ec2.SubnetConfiguration[] {
  const subnets = natGateways === 0 ? ec2.Vpc.DEFAULT_SUBNETS_NO_NAT : ec2.Vpc.DEFAULT_SUBNETS;
  const ipv6AssignAddressOnCreation = dualStack ? false : undefined;
  return subnets.map((subnet) => ({
    ...subnet,
    ipv6AssignAddressOnCreation,
    mapPublicIpOnLaunch: subnet.subnetType === ec2.SubnetType.PUBLIC ? false : undefined,
  }));
}

function checkGateways({ natGateways, vpcSubnets }: HaCacheStackProps): void {
  knownInteger('natGateways', natGateways!, {
    min: vpcSubnets ? 0 : 1,
    max: 26,
    advice: 'nodes fetch their software from outside; without a gateway, select subnets with vpcSubnets',
  });
}
