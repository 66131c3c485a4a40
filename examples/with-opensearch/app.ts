import { join } from 'node:path';
import { App, Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { EbsDeviceVolumeType, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { CfnDomain, Domain, EngineVersion, TLSSecurityPolicy } from 'aws-cdk-lib/aws-opensearchservice';
import { MemcachedCluster } from 'cdk-memcached';

const app = new App();
const stack = new Stack(app, 'Searched');
const vpc = new Vpc(stack, 'Vpc');

// The log of all of a cache's processes and of its probe, in keeping with one's own rules.
const logGroupName = 'searched-cache';
const key = new Key(stack, 'LogKey', { enableKeyRotation: true });
key.addToResourcePolicy(
  new PolicyStatement({
    principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: {
      ArnEquals: {
        'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
          service: 'logs',
          resource: `log-group:${logGroupName}`,
        }),
      },
    },
  }),
);
const logGroup = new LogGroup(stack, 'CacheLog', {
  logGroupName,
  retention: RetentionDays.THREE_MONTHS,
  encryptionKey: key,
  removalPolicy: RemovalPolicy.RETAIN,
});
new MemcachedCluster(stack, 'Cache', { vpc, logGroup });

// A domain in the same network. An account's first needs `aws iam create-service-linked-role --aws-service-name
// opensearchservice.amazonaws.com`, once.
const domainName = 'cache-logs';
const domainSecurityGroup = new SecurityGroup(stack, 'DomainSecurityGroup', { vpc, allowAllOutbound: false });
const domain = new Domain(stack, 'Domain', {
  domainName,
  version: EngineVersion.OPENSEARCH_2_19,
  vpc,
  vpcSubnets: [{ subnets: vpc.privateSubnets.slice(0, 2) }],
  securityGroups: [domainSecurityGroup],
  zoneAwareness: { enabled: true, availabilityZoneCount: 2 },
  capacity: { dataNodes: 2, dataNodeInstanceType: 'm7g.medium.search', multiAzWithStandbyEnabled: false },
  ebs: { volumeType: EbsDeviceVolumeType.GP3, volumeSize: 20 },
  encryptionAtRest: { enabled: true },
  nodeToNodeEncryption: true,
  enforceHttps: true,
  tlsSecurityPolicy: TLSSecurityPolicy.TLS_1_2_PFS,
  removalPolicy: RemovalPolicy.RETAIN,
});

// Firehose cannot stand between: CloudWatch packs many events into one record, and OpenSearch takes one document of it.
const shipperSecurityGroup = new SecurityGroup(stack, 'ShipperSecurityGroup', { vpc, allowAllOutbound: false });
domainSecurityGroup.connections.allowFrom(shipperSecurityGroup, Port.HTTPS, 'logs of the cache');
shipperSecurityGroup.connections.allowTo(domainSecurityGroup, Port.HTTPS, 'logs of the cache');
const shipper = new Function(stack, 'Shipper', {
  code: Code.fromAsset(join(__dirname, 'shipper')),
  handler: 'index.handler',
  runtime: Runtime.NODEJS_24_X,
  timeout: Duration.seconds(30),
  vpc,
  securityGroups: [shipperSecurityGroup],
  environment: { ENDPOINT: `https://${domain.domainEndpoint}` },
  logGroup: new LogGroup(stack, 'ShipperLog', { retention: RetentionDays.ONE_WEEK }),
});
domain.grantPathWrite('_bulk', shipper);
domain.grantPathWrite('_index_template/cache', shipper);
logGroup.addSubscriptionFilter('ToOpenSearch', {
  destination: new LambdaDestination(shipper),
  filterPattern: FilterPattern.allEvents(),
});
// Set on the resource: a policy given to the construct is put on the domain by a function of its own.
(domain.node.defaultChild as CfnDomain).accessPolicies = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: shipper.role!.roleArn },
      Action: ['es:ESHttpPost', 'es:ESHttpPut'],
      Resource: ['_bulk', '_index_template/cache'].map((path) =>
        stack.formatArn({ service: 'es', resource: 'domain', resourceName: `${domainName}/${path}` }),
      ),
    },
  ],
};

Validations.of(domain).acknowledge(
  {
    id: 'AwsSolutions-OS3',
    reason: 'The domain is in private subnets, and its security group admits the shipper alone.',
  },
  { id: 'AwsSolutions-OS4', reason: 'The logs of one cache need no nodes that do nothing but lead the others.' },
  ...['SEARCH_SLOW_LOGS', 'INDEX_SLOW_LOGS'].map((log) => ({
    id: `AwsSolutions-OS9[LogExport::${log}]`,
    reason: 'Few people search here, and nothing waits for them.',
  })),
);
Validations.of(shipper).acknowledge(
  ...['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole'].map((policy) => ({
    id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${policy}]`,
    reason: 'What a function in a network needs, as AWS keeps it.',
  })),
);

app.synth();
