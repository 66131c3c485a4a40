import { Token, type Stack } from 'aws-cdk-lib';
import { acknowledge } from './acknowledge';
import type { MemcachedCluster } from './cluster/cluster';

/** The ready-made stack, as far as its choices concern. */
interface ReadyMadeStack extends Stack {
  readonly cluster: MemcachedCluster;
}

/** The packs of cdk-nag that have the same rules under a prefix of their own. */
const PACKS = ['NIST.800.53.R5', 'NIST.800.53.R4', 'HIPAA.Security', 'PCI.DSS.321', 'Serverless'];

/** The rules that these packs share and that the stack breaks on purpose, with the reason for each. */
const CHOICES: Record<string, string> = {
  CloudWatchAlarmAction:
    'the two composite alarms notify, so that a fault is one page; the others say what is behind it',
  CloudWatchLogGroupEncrypted:
    'CloudWatch Logs encrypts with keys of its own, unless the stack is given an encryptionKey',
  ELBDeletionProtectionEnabled:
    'the load balancer holds no data and goes with its stack; terminationProtection guards both',
  ELBLoggingEnabled: 'a Network Load Balancer logs TLS listeners only; tls has accessLogs for these',
  ELBv2ACMCertificateRequired:
    'plain memcached clients speak no TLS, and security groups say who connects; tls is for the others',
  IAMNoInlinePolicy: 'each policy is made for one role and goes with it',
  LambdaConcurrency: 'it runs once a minute; AWS refuses to reserve concurrency in an account with a small quota',
  LambdaDLQ: 'a minute that was not measured is not measured later; the alarm ProbeSilent fires',
  LambdaAsyncFailureDestination: 'a minute that was not measured is not measured later; the alarm ProbeSilent fires',
  LambdaTracing: 'the function calls nothing that is traced: it speaks memcached, and its log has its duration',
  VPCDefaultSecurityGroupClosed: 'nothing is in it; CDK closes it where the application has its feature flag for that',
  VPCNoUnrestrictedRouteToIGW: 'public subnets are for NAT gateways, and nothing of the cache is in them',
};

/**
 * Gives the reason for each rule of cdk-nag's packs that the ready-made stack breaks on purpose. docs/security.md lists those that
 * a cluster meets in any stack.
 */
export function acknowledgeChoices(stack: ReadyMadeStack, cachePrefix?: string): void {
  for (const [rule, reason] of Object.entries(CHOICES)) {
    acknowledge(stack, ...PACKS.map((pack) => ({ id: `${pack}-${rule}`, reason })));
  }
  const arn = [
    'arn',
    flat(stack.partition, 'Partition'),
    'ec2',
    flat(stack.region, 'Region'),
    flat(stack.account, 'AccountId'),
  ].join(':');
  const byTag = 'the conditions of the statements leave those with the tag of this cluster';
  acknowledge(
    stack,
    {
      id: `AwsSolutions-IAM5[Resource::${arn}:instance/*]`,
      reason: `ids are not known before launch; ${byTag}, and one attaches to itself alone`,
    },
    {
      id: `AwsSolutions-IAM5[Resource::${arn}:network-interface/*]`,
      reason: `a list of interfaces would tie every node's role to its siblings; ${byTag}`,
    },
    {
      id: 'AwsSolutions-AS3',
      reason: 'each group keeps one instance and never scales; the alarms on lost nodes fire when it cannot',
    },
    {
      id: 'AwsSolutions-ECS4',
      reason: 'the alarms use the free metrics of the services; Container Insights would be charged by the task',
    },
    {
      id: 'AwsSolutions-ELB2',
      reason: 'a Network Load Balancer logs TLS listeners only; tls has accessLogs for these',
    },
  );
  if (stack.cluster.nodeRole) {
    acknowledge(stack.cluster.nodeRole, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'who holds a network interface can be asked for all of a region alone; the condition names the region',
    });
  }
  const prober = stack.cluster.probeFunction?.role;
  if (prober) {
    acknowledge(prober, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda makes network interfaces, whose ids are not known before; a second policy denies it to the code',
    });
  }
  const proxies = stack.cluster.proxyService?.taskDefinition.executionRole;
  // The nodes' roles too, once their image is in ECR.
  for (const puller of [proxies, cachePrefix === undefined ? undefined : stack.cluster.node.findChild('Nodes')]) {
    if (!puller) continue;
    acknowledge(puller, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'an image in ECR is pulled with a token that AWS grants for no resource in particular',
    });
  }
}

/** As cdk-nag writes it in the id of a finding: what is known at synthesis as it is, and a reference by its name. */
function flat(value: string, pseudoParameter: string): string {
  return Token.isUnresolved(value) ? `<AWS::${pseudoParameter}>` : value;
}
