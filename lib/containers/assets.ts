import { BootstraplessSynthesizer, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { inputError } from '../errors';

/** What needs an asset, and how to do without. */
interface AssetNeed {
  /** Such as `the code of the probe`. */
  readonly what: string;

  /** How to do without it. */
  readonly advice: string;
}

/** Fails where a stack takes no assets. CDK's own error does not tell what of a cluster is one. */
export function requireAssets(scope: IConstruct, { what, advice }: AssetNeed): void {
  if (!refusesAssets(Stack.of(scope))) return;
  throw inputError({
    got: `${what} is an asset, and the synthesizer of the stack takes none`,
    expected: 'a synthesizer that takes assets, such as DefaultStackSynthesizer in a bootstrapped account',
    advice: `use one, or ${advice}`,
    scope,
  });
}

function refusesAssets({ nestedStackParent, synthesizer }: Stack): boolean {
  return nestedStackParent ? refusesAssets(nestedStackParent) : synthesizer instanceof BootstraplessSynthesizer;
}
