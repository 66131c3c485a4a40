import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { LAMBDA_PERMISSION_LOGICAL_ID_FOR_LAMBDA_ACTION as FLAG } from 'aws-cdk-lib/cx-api';
import { MemcachedCluster } from '../../../lib';
import { textOf } from '../../synth';

function stackWith(flag: boolean): { stack: Stack; vpc: ec2.Vpc; pager: lambda.Function } {
  const stack = new Stack(new App({ treeMetadata: false, context: { [FLAG]: flag } }), 'Stack');
  const pager = new lambda.Function(stack, 'Pager', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => {};'),
  });
  return { stack, vpc: new ec2.Vpc(stack, 'Vpc'), pager };
}

/** The permissions of the function, by logical id: whom each lets call it. */
function callersOf(stack: Stack): Record<string, string> {
  const found = Object.entries<any>(Template.fromStack(stack).findResources('AWS::Lambda::Permission'));
  return Object.fromEntries(found.map(([id, { Properties }]) => [id, textOf(Properties.SourceArn)]));
}

/** What each composite alarm calls. */
const actionsIn = (stack: Stack): string[][] =>
  Object.values<any>(Template.fromStack(stack).findResources('AWS::CloudWatch::CompositeAlarm')).map(
    ({ Properties }) => Properties.AlarmActions?.map(textOf) ?? [],
  );

const arnsOf = (stack: Stack, clusters: MemcachedCluster[]): string[] =>
  clusters.flatMap(({ downAlarm, degradedAlarm }) =>
    [downAlarm!, degradedAlarm!].map(({ alarmArn }) => textOf(stack.resolve(alarmArn))),
  );

describe.each([
  ['with', true],
  ['without', false],
])('a function as an action, %s the flag for the ids of permissions', (_, flag) => {
  test.each([1, 2])('of %i clusters: each alarm may call it', (count) => {
    const { stack, vpc, pager } = stackWith(flag);
    const clusters = Array.from({ length: count }, (_each, i) => new MemcachedCluster(stack, `Cache${i}`, { vpc }));
    for (const cluster of clusters) cluster.addAlarmAction(new actions.LambdaAction(pager));
    expect(Object.values(callersOf(stack)).sort()).toEqual(arnsOf(stack, clusters).sort());
    const call = [textOf(stack.resolve(pager.functionArn))];
    expect(actionsIn(stack)).toEqual(clusters.flatMap(() => [call, call]));
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('useUniquePermissionId'));
  });

  test('added twice: one permission for each alarm', () => {
    const { stack, vpc, pager } = stackWith(flag);
    const cluster = new MemcachedCluster(stack, 'Cache', { vpc });
    for (let i = 0; i < 2; i++) cluster.addAlarmAction(new actions.LambdaAction(pager));
    expect(Object.values(callersOf(stack)).sort()).toEqual(arnsOf(stack, [cluster]).sort());
  });

  test('with names of their own, as CDK offers', () => {
    const { stack, vpc, pager } = stackWith(flag);
    const clusters = ['One', 'Two'].map((id) => new MemcachedCluster(stack, id, { vpc }));
    for (const cluster of clusters) {
      cluster.addAlarmAction(new actions.LambdaAction(pager, { useUniquePermissionId: true }));
    }
    expect(Object.values(callersOf(stack)).sort()).toEqual(arnsOf(stack, clusters).sort());
  });
});

test('what works without help keeps its logical ids', () => {
  const { stack, vpc, pager } = stackWith(true);
  new MemcachedCluster(stack, 'Cache', { vpc }).addAlarmAction(new actions.LambdaAction(pager));
  expect(Object.keys(callersOf(stack))).toEqual([
    expect.stringMatching(/^PagerCacheDownAlarmPermission[0-9A-F]{8}$/),
    expect.stringMatching(/^PagerCacheDegradedAlarmPermission[0-9A-F]{8}$/),
  ]);
});

test('several actions at once', () => {
  const { stack, vpc, pager } = stackWith(false);
  const topic = new sns.Topic(stack, 'Topic');
  new MemcachedCluster(stack, 'Cache', { vpc }).addAlarmAction(
    new actions.SnsAction(topic),
    new actions.LambdaAction(pager),
  );
  expect(actionsIn(stack).map((each) => each.length)).toEqual([2, 2]);
});

test('the error of another action stays what it is', () => {
  const { stack, vpc } = stackWith(false);
  const broken: cloudwatch.IAlarmAction = {
    bind: () => {
      throw new Error('no such pager');
    },
  };
  expect(() => new MemcachedCluster(stack, 'Cache', { vpc }).addAlarmAction(broken)).toThrow('no such pager');
});
