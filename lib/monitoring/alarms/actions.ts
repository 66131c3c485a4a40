import { Annotations, Names } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { LAMBDA_PERMISSION_LOGICAL_ID_FOR_LAMBDA_ACTION } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

/**
 * Adds an action to an alarm.
 *
 * A Lambda function gets a permission for each alarm that it acts on. CDK names it after the id of the alarm, or, without
 * its feature flag, gives all of them one name, and fails at the second. Where the name is taken, this permission gets
 * one that is unique in the application; those that were made before keep theirs.
 */
export function addAction(alarm: cloudwatch.AlarmBase, action: cloudwatch.IAlarmAction): void {
  try {
    alarm.addAlarmAction(action);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('already a Construct with name'))) throw error;
    // It advises what is done here.
    Annotations.of(alarm).acknowledgeWarning('@aws-cdk/aws-cloudwatch-actions:LambdaActionPermissionId');
    alarm.addAlarmAction({ bind: () => bindUniquely(alarm, action) });
  }
}

function bindUniquely(alarm: cloudwatch.AlarmBase, action: cloudwatch.IAlarmAction): cloudwatch.AlarmActionConfig {
  const id = 'UniquelyNamed';
  const scope = (alarm.node.tryFindChild(id) as Construct | undefined) ?? new Construct(alarm, id);
  const name = Names.uniqueId(alarm);
  let same = scope.node.tryFindChild(name) as cloudwatch.IAlarm | undefined;
  if (!same) {
    // With the flag, the permission has the alarm's id in its name.
    scope.node.setContext(LAMBDA_PERMISSION_LOGICAL_ID_FOR_LAMBDA_ACTION, true);
    same = cloudwatch.Alarm.fromAlarmArn(scope, name, alarm.alarmArn);
  }
  return action.bind(scope, same);
}
