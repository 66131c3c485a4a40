import { ArnFormat, Aws, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { inputError } from '../errors';
import { having } from '../validation';

/** What AWS's guides to these services list for a key that they encrypt with. */
const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** Fails unless logs and volumes can be encrypted with it, so far as synthesis knows it. */
export function knownEncryptionKey(scope: Construct, key: kms.IKey): kms.IKey {
  having('encryptionKey', key, 'keyArn', 'a KMS key');
  if ('aliasName' in key) {
    throw inputError({
      got: 'encryptionKey is an alias',
      expected: 'the key itself',
      advice: 'CloudWatch Logs takes no alias; give the kms.Key, or one of kms.Key.fromKeyArn',
      scope,
    });
  }
  const resource = key.node.defaultChild;
  const spec = resource instanceof kms.CfnKey ? resource.keySpec : undefined;
  if (spec !== undefined && !Token.isUnresolved(spec) && spec !== kms.KeySpec.SYMMETRIC_DEFAULT) {
    throw inputError({
      got: `encryptionKey has the keySpec ${spec}`,
      expected: kms.KeySpec.SYMMETRIC_DEFAULT,
      advice: 'logs and volumes take symmetric keys only; leave keySpec out',
      scope,
    });
  }
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(key.env.region) && !Token.isUnresolved(region) && key.env.region !== region) {
    throw inputError({
      got: `encryptionKey is in ${key.env.region}`,
      expected: `the region of the cluster's stack, ${region}`,
      advice: 'give a key of that region, such as a replica of a multi-Region key',
      scope,
    });
  }
  return key;
}

/**
 * Lets CloudWatch Logs use the key for the log groups of this account and region. A log group cannot be named: it refers to the key
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
 */
export function allowLogs(scope: Construct, key: kms.IKey): void {
  const stack = Stack.of(scope);
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${stack.region}.${Aws.URL_SUFFIX}`)],
      actions: USE,
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  );
}

/**
 * Lets the service-linked role of EC2 Auto Scaling start instances with volumes that the key encrypts
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html). A condition names the role,
 * because KMS refuses a principal that does not exist, and AWS makes the role with an account's first group.
 */
export function allowAutoScaling(scope: Construct, key: kms.IKey): void {
  const stack = Stack.of(scope);
  const role = stack.formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
  });
  const itself = { StringEquals: { 'kms:CallerAccount': stack.account }, ArnEquals: { 'aws:PrincipalArn': role } };
  const allow = (actions: string[], conditions: Record<string, unknown>): void => {
    const principals = [new iam.AnyPrincipal()];
    key.addToResourcePolicy(new iam.PolicyStatement({ principals, actions, resources: ['*'], conditions }));
  };
  allow(USE, itself);
  allow(['kms:CreateGrant'], { ...itself, Bool: { 'kms:GrantIsForAWSResource': 'true' } });
}
