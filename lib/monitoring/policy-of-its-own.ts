import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IDependable } from 'constructs';

/**
 * A policy beside the role's own, which others may depend on. Where the application has its roles made beforehand
 * (`Role.customizeRoles`) there is no role here to attach it to: the statement then goes into CDK's report on that role.
 */
export function policyOfItsOwn(
  scope: Construct,
  id: string,
  role: iam.Role,
  statement: iam.PolicyStatement,
): IDependable {
  if (!role.node.defaultChild) {
    role.addToPrincipalPolicy(statement);
    return role;
  }
  // As a document, because a role reports what a policy has when it is attached.
  const document = new iam.PolicyDocument({ statements: [statement] });
  return new iam.Policy(scope, id, { roles: [role], document });
}
