import { Aws, Lazy, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * The name of the stack that a construct is in, wherever it is rendered.
 *
 * In that stack it is CloudFormation's own reference, so that a template can be deployed under another name. Anywhere else
 * that reference would be the name of the other stack. There it is the name itself, or for a nested stack, whose name
 * CloudFormation makes, what CDK refers to it by.
 */
export function stackNameOf(scope: IConstruct): string {
  const owner = Stack.of(scope);
  return Lazy.uncachedString({
    produce: ({ scope: reader }) => (stackAround(reader) === owner ? Aws.STACK_NAME : owner.stackName),
  });
}

/** None around an app, which may be asked to resolve a value, too. */
function stackAround(scope: IConstruct): IConstruct | undefined {
  return scope.node.scopes.reverse().find((each) => Stack.isStack(each));
}
