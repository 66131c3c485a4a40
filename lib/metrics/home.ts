import { Lazy, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { inputError } from '../errors';

/** The account and the region that metrics are in. */
export interface MetricHome {
  /** Unknown in a stack for any region. */
  readonly region?: string;

  /** Unknown in a stack for any account. */
  readonly account?: string;
}

/** Where metrics are: as given, or else where the stack is. */
export function homeOf(scope: IConstruct, given: MetricHome = {}): MetricHome {
  const stack = Stack.of(scope);
  return { region: known(given.region, stack.region), account: known(given.account, stack.account) };
}

/** What is only known at deployment says nothing when it is the stack's own: graphs and alarms start from that. */
function known(given: string | undefined, own: string): string | undefined {
  // A region that is only known at deployment, such as `Aws.REGION`, is the stack's own.
  if (given !== undefined && given !== own && !Token.isUnresolved(given)) return given;
  return Token.isUnresolved(own) ? undefined : own;
}

/**
 * Whether metrics are known to be in another account or region than a construct. An alarm there watches none of another region, and of
 * another account only those that it shares.
 */
export function isElsewhere(home: MetricHome, scope: IConstruct): boolean {
  const { region, account } = homeOf(scope);
  const differ = (one?: string, other?: string): boolean => one !== undefined && other !== undefined && one !== other;
  return differ(home.region, region) || differ(home.account, account);
}

/** Whether two constructs are deployed to the same account and region, as far as that is known. */
export function inOneEnvironment(one: IConstruct, other: IConstruct): boolean {
  const [a, b] = [Stack.of(one), Stack.of(other)];
  return a.account === b.account && a.region === b.region;
}

/** Whether these names mean something where a construct is: CDK passes some of them on, and fails for the others. */
export function canBeSeenFrom(reader: IConstruct, names: string[]): boolean {
  try {
    Stack.of(reader).resolve(names);
    return names.length > 0;
  } catch {
    return false;
  }
}

/** A name that AWS gives at deployment. CDK cannot pass it on to each other account and region: then the error is this one. */
export function nameGivenByAws(owner: IConstruct, name: string): string;
export function nameGivenByAws(owner: IConstruct, name: string | undefined): string | undefined;
export function nameGivenByAws(owner: IConstruct, name: string | undefined): string | undefined {
  if (name === undefined || !Token.isUnresolved(name)) return name;
  return Lazy.uncachedString({
    produce: (context) => {
      try {
        return context.resolve(name);
      } catch (error) {
        if (inOneEnvironment(owner, context.scope)) throw error;
        throw inputError({
          got: `a name that AWS gives to a part of ${owner.node.path} at deployment is used in another account or region`,
          expected: 'a name that is known there',
          advice:
            'for a dashboard, give its scope to CacheDashboard.widgets, which then leaves such parts out; or pass the name ' +
            'to MemcachedCluster.fromMemcachedClusterAttributes there, with the region and account of the cluster',
          scope: context.scope,
        });
      }
    },
  });
}
