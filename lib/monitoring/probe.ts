import { join } from 'node:path';
import { Aws, Duration, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct, type IDependable } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { CacheRole } from '../contract/roles';
import { CacheTag } from '../contract/tags';
import { policyOfItsOwn } from './policy-of-its-own';
import { closedSecurityGroup } from '../network/security-group';
import type { MemcachedNode } from '../nodes/node';
import { requireAssets } from '../containers/assets';
import { isX86 } from '../containers/processors';
import type { RoutingConfig } from '../routing/strategy';
import type { ProbeEvent } from '../contract/probe-event';

/** Properties of `CacheProbe`. */
interface CacheProbeProps {
  readonly context: CacheContext;
  readonly nodes: MemcachedNode[];
  readonly nodeConnections: ec2.Connections;
  readonly routing: RoutingConfig;
  /** Whether every zone is to hold the same. */
  readonly copies: boolean;
  /** The name that resolves to the address of every proxy; none where nothing stands between clients and nodes. */
  readonly proxyHostname?: string;
  /** What has to exist before the cluster answers. */
  readonly ready: IDependable[];
}

/** The function works for ten seconds at the most. */
const TIMEOUT = Duration.seconds(50);

/**
 * The function that asks every node and proxy for its statistics each minute, and writes them to the cluster's log as
 * metrics in CloudWatch's embedded format: no agent, and no way out of the network.
 */
export class CacheProbe extends Construct {
  public readonly function: lambda.Function;

  /** What runs it: the last that is made. */
  public readonly schedule: Construct;

  constructor(scope: Construct, id: string, props: CacheProbeProps) {
    super(scope, id);
    const { context } = props;
    requireAssets(this, { what: 'the code of the probe', advice: 'set probe to false' });
    const description = 'The probe of a memcached cluster';
    const securityGroup = closedSecurityGroup(this, 'SecurityGroup', context.vpc, description);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    context.logGroup.grantWrite(role);
    const networking = allowNetworking(role);
    this.function = new lambda.Function(this, 'Function', {
      description: 'Asks every node and proxy of a memcached cluster for its statistics, and writes them as metrics',
      code: lambda.Code.fromAsset(join(__dirname, 'probe-function')),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: isX86(context) ? lambda.Architecture.X86_64 : lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: TIMEOUT,
      role,
      vpc: context.vpc,
      vpcSubnets: { subnets: context.zones.map(({ subnet }) => subnet) },
      // It needs no way out, so any subnet will do.
      allowPublicSubnet: true,
      securityGroups: [securityGroup],
      logGroup: context.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      // The next minute asks again.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    Tags.of(this.function).add(CacheTag.ROLE, CacheRole.PROBE);
    this.function.node.addDependency(networking);
    denyNetworkingToCode(this, role, this.function);
    this.openTargets(props);
    this.schedule = this.runEachMinute(eventOf(props), props.ready);
  }

  private openTargets({ context, nodeConnections, routing, proxyHostname }: CacheProbeProps): void {
    const { connections } = this.function;
    const { endpoint, loadBalancer, proxies } = routing;
    const port = ec2.Port.tcp(context.port);
    nodeConnections.allowFrom(connections, port, 'statistics for the probe');
    if (endpoint && loadBalancer) {
      loadBalancer.connections.allowFrom(
        connections,
        ec2.Port.tcp(loadBalancer._canary.port),
        'the canary of the probe',
      );
    }
    if (!proxies || proxyHostname === undefined) return;
    for (const each of new Set([context.port, proxies.statistics?.port ?? context.port])) {
      proxies.service.connections.allowFrom(connections, ec2.Port.tcp(each), 'statistics for the probe');
    }
  }

  /** Not a rule of EventBridge: its input holds 8 KB, which is less than the names of a hundred nodes. */
  private runEachMinute(event: ProbeEvent, ready: IDependable[]): Construct {
    const role = new iam.Role(this, 'ScheduleRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
    const schedule = new scheduler.CfnSchedule(this, 'Schedule', {
      description: 'Runs the probe of a memcached cluster',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: this.function.functionArn,
        roleArn: role.roleArn,
        input: Stack.of(this).toJsonString(event),
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    schedule.node.addDependency(role, ...ready);
    return schedule;
  }
}

function eventOf({ context, nodes, routing, copies, proxyHostname }: CacheProbeProps): ProbeEvent {
  const { endpoint, loadBalancer, proxies } = routing;
  return {
    cluster: context.clusterName,
    detail: context.metricDetail,
    latencyByOutcome: context.latencyByOutcome || undefined,
    nodes: nodes.map(({ name, zoneLabel, endpoint: { hostname, port } }) => ({
      name,
      zone: zoneLabel,
      host: hostname,
      port,
    })),
    copies: copies || undefined,
    proxies:
      proxyHostname === undefined
        ? undefined
        : { host: proxyHostname, port: context.port, statistics: proxies?.statistics },
    endpoint: endpoint && (loadBalancer?._canary ?? { host: endpoint.hostname, port: endpoint.port }),
  };
}

/** The Lambda service makes the function's network interfaces with the function's role, and AWS knows no narrower resource. */
function allowNetworking(role: iam.Role): IDependable {
  return policyOfItsOwn(
    role,
    'Networking',
    role,
    new iam.PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
}

/** What the service may do with the role, the function's own code may not. */
function denyNetworkingToCode(scope: Construct, role: iam.Role, code: lambda.Function): void {
  policyOfItsOwn(
    scope,
    'CodePolicy',
    role,
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      actions: ['ec2:*'],
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': code.functionArn } },
    }),
  );
}
