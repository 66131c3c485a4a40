import type { ClusterPlan } from '../assembly/plan';
import { RehearsalError } from '../errors';
import type { Scenario } from './scenario';
import { scenarios } from './scenarios';

/** What is rehearsed of a cluster. */
export interface Choice {
  readonly plan: ClusterPlan;
  readonly scenarios: readonly Scenario[];
  /** Why not more of what was asked for by name. */
  readonly skipped: readonly string[];
}

/** Which scenarios each cluster runs; an error where not one runs in any. */
export function choose(plans: readonly ClusterPlan[], only?: readonly string[]): Choice[] {
  const asked = scenarios.filter(({ name, byNameOnly }) => only?.includes(name) ?? !byNameOnly);
  const choices = plans.map((plan) => choiceOf(plan, asked, only !== undefined));
  if (choices.every((choice) => choice.scenarios.length === 0)) {
    const reasons = choices.map(({ plan, skipped }) => `${plan.stack} (${plan.id}) ${skipped.join(', and ')}`);
    throw new RehearsalError(
      `got --only '${only?.join(',')}', expected a scenario that a cluster can run: ${reasons.join('; ')}`,
    );
  }
  return choices;
}

function choiceOf(plan: ClusterPlan, asked: readonly Scenario[], byName: boolean): Choice {
  const lacking = asked.map((scenario) => ({ scenario, lack: scenario.lacks?.(plan) }));
  const skipped = lacking.flatMap(({ scenario, lack }) =>
    lack === undefined ? [] : [`has no ${lack}, which ${scenario.name} needs`],
  );
  return {
    plan,
    scenarios: lacking.filter(({ lack }) => lack === undefined).map(({ scenario }) => scenario),
    skipped: byName ? skipped : [],
  };
}
