import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { HaCacheStack, MemcachedNodes } from '../../lib';
import { circleIn } from '../circles';
import { regionalStack, REGION, SynthesizedCluster, textOf } from '../synth';

const EVERYTHING = 'kms:*';

/** What the policy of the one key in a template allows to others than its account: whom, what, and when. */
function allowed(template: Template): { who: string; actions: string[]; when: Record<string, any> }[] {
  const [key] = Object.values(template.findResources('AWS::KMS::Key'));
  return (key!.Properties.KeyPolicy.Statement as any[])
    .filter(({ Action }) => Action !== EVERYTHING)
    .map(({ Principal, Action, Condition }) => ({
      who: textOf(Object.values(Principal)[0]),
      actions: [Action].flat(),
      when: Condition,
    }));
}

const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

describe('a key of the same stack, with nodes on EC2', () => {
  const stack = regionalStack();
  const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const made = new SynthesizedCluster({ encryptionKey }, stack);
  const keyArn = made.resolve(encryptionKey.keyArn);

  test('encrypts the log and the volumes', () => {
    expect(made.only('AWS::Logs::LogGroup').Properties.KmsKeyId).toEqual(keyArn);
    const { BlockDeviceMappings } = made.only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData;
    expect(BlockDeviceMappings[0].Ebs).toMatchObject({ Encrypted: true, KmsKeyId: keyArn });
  });

  test('lets CloudWatch Logs use it for the log groups of the account, and Auto Scaling for volumes', () => {
    const [logs, volumes, grants, ...storage] = allowed(made.template);
    expect(logs).toMatchObject({ who: `logs.${REGION}.\${AWS::URLSuffix}`, actions: USE });
    expect(textOf(logs!.when.ArnLike['kms:EncryptionContext:aws:logs:arn'])).toMatch(
      /:logs:eu-west-1:\d+:log-group:\*$/,
    );
    for (const { who, when } of [volumes!, grants!]) {
      expect(who).toBe('*');
      expect(when.StringEquals).toEqual({ 'kms:CallerAccount': '123456789012' });
      expect(textOf(when.ArnEquals['aws:PrincipalArn'])).toBe(
        'arn:${AWS::Partition}:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      );
    }
    expect(volumes!.actions).toEqual(USE);
    expect(grants!.actions).toEqual(['kms:CreateGrant']);
    expect(grants!.when.Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' });
    expect(storage.map(({ who }) => who)).toEqual(['fargate.amazonaws.com', 'fargate.amazonaws.com']);
  });

  test('makes no circle', () => {
    expect(circleIn(made.template)).toEqual([]);
  });
});

test('with nodes on Fargate it encrypts the storage of tasks, and Auto Scaling is not let in', () => {
  const stack = regionalStack();
  const encryptionKey = new kms.Key(stack, 'Key');
  const made = new SynthesizedCluster({ encryptionKey, nodes: MemcachedNodes.fargate() }, stack);
  const { ManagedStorageConfiguration } = made.only('AWS::ECS::Cluster').Properties.Configuration;
  expect(ManagedStorageConfiguration.FargateEphemeralStorageKmsKeyId).toEqual(made.resolve(encryptionKey.keyId));
  const names = allowed(made.template).map(({ who }) => who);
  expect([...new Set(names)].sort()).toEqual(['fargate.amazonaws.com', `logs.${REGION}.\${AWS::URLSuffix}`]);
});

test('a key that is imported is used as it is', () => {
  const stack = regionalStack();
  const arn = `arn:aws:kms:${REGION}:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const made = new SynthesizedCluster({ encryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) }, stack);
  expect(made.only('AWS::Logs::LogGroup').Properties.KmsKeyId).toBe(arn);
  made.template.resourceCountIs('AWS::KMS::Key', 0);
});

test('without a key nothing names one', () => {
  const made = new SynthesizedCluster();
  expect(JSON.stringify(made.template.toJSON())).not.toMatch(/KmsKey|ManagedStorageConfiguration/);
});

test('the ready-made stack encrypts every log with it, that of its network too', () => {
  const app = new App();
  const encryptionKey = new kms.Key(new Stack(app, 'Keys'), 'Key');
  const template = Template.fromStack(new HaCacheStack(app, 'HaCache', { encryptionKey }));
  const logs = Object.values(template.findResources('AWS::Logs::LogGroup'));
  expect(logs).toHaveLength(2);
  for (const { Properties } of logs) expect(Properties.KmsKeyId).toBeDefined();
});

test('a key that cannot encrypt them is an error', () => {
  const stack = regionalStack();
  const keySpec = kms.KeySpec.RSA_2048;
  const asymmetric = new kms.Key(stack, 'Key', { keySpec, keyUsage: kms.KeyUsage.SIGN_VERIFY });
  expect(() => new SynthesizedCluster({ encryptionKey: asymmetric }, stack)).toThrow(
    'encryptionKey has the keySpec RSA_2048, expected SYMMETRIC_DEFAULT: logs and volumes take symmetric keys only',
  );
  const far = kms.Key.fromKeyArn(stack, 'Far', 'arn:aws:kms:us-east-1:123456789012:key/1234abcd');
  expect(() => new SynthesizedCluster({ encryptionKey: far }, regionalStack())).toThrow(
    "encryptionKey is in us-east-1, expected the region of the cluster's stack, eu-west-1: give a key of that region",
  );
});
