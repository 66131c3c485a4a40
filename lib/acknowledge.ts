import { Validations, type Acknowledgment } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Tells checks of policies, such as cdk-nag, why a rule is broken on purpose.
 *
 * Not before aws-cdk-lib 2.270: older releases have no such record, or refuse the ids of cdk-nag's findings. The stack is
 * the same there, and the checks find what they find.
 */
export function acknowledge(scope: IConstruct, ...rules: Acknowledgment[]): void {
  const record = Validations as typeof Validations | undefined;
  for (const rule of rules) {
    try {
      record?.of(scope).acknowledge(rule);
    } catch (error) {
      if ((error as Error).name !== 'InvalidValidationId') throw error;
    }
  }
}
