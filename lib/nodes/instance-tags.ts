import { Stack, TagManager, Token } from 'aws-cdk-lib';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { problemText } from '../errors';

/** What EC2 takes as a tag's key once instance metadata shows tags; it does not start an instance with another. */
const READABLE = /^[0-9a-zA-Z\-_+=,.@:]{1,255}$/;
const RESERVED = ['.', '..', '_index'];

/** Where a tag comes from, as `excludeResourceTypes` names it. */
type Source = 'AWS::AutoScaling::AutoScalingGroup' | 'AWS::CloudFormation::Stack' | 'aws:cdk:stack';

/**
 * The tags that keep the instances of these groups from starting, each once. The groups are in one stack.
 *
 * What `cdk deploy --tags` adds is not known here.
 */
export function unreadableTags(groups: CfnAutoScalingGroup[]): string[] {
  const sources = new Map<string, Set<Source>>();
  const note = (source: Source, keys: string[]): void => {
    for (const key of keys.filter(isUnreadable)) sources.set(key, (sources.get(key) ?? new Set()).add(source));
  };
  for (const group of groups) note('AWS::AutoScaling::AutoScalingGroup', keysAtLaunch(group));
  // CloudFormation puts the tags of a stack on its groups and on its nested stacks, and those of a group on instances.
  for (let stack: Stack | undefined = Stack.of(groups[0]); stack; stack = stack.nestedStackParent) {
    const { nestedStackResource } = stack;
    if (nestedStackResource) note('AWS::CloudFormation::Stack', keysOf(TagManager.of(nestedStackResource)));
    else note('aws:cdk:stack', keysOf(stack.tags));
  }
  return [...sources].map(([key, from]) =>
    problemText({
      got: `tag key '${key}' is on the EC2 nodes`,
      expected:
        "1 to 255 letters (a-z, A-Z), digits and + - = . , _ : @, and not '.', '..' or '_index': instance metadata shows it",
      advice:
        'rename the tag, or keep it off the nodes with Tags.of(…).add(key, value, { excludeResourceTypes: ' +
        `[${[...from].map((type) => `'${type}'`).join(', ')}] })${orProperty(from)}`,
    }),
  );
}

/** A tag of the stack may come from its property, which knows no exclusions. */
function orProperty(from: Set<Source>): string {
  return from.has('aws:cdk:stack') ? ', and leave it out of the tags property of the stack' : '';
}

function isUnreadable(key: string): boolean {
  return !Token.isUnresolved(key) && (!READABLE.test(key) || RESERVED.includes(key));
}

/** Those of a group that its instances get. */
function keysAtLaunch(group: CfnAutoScalingGroup): string[] {
  const tags = (group.tags.renderTags() ?? []) as { readonly key: string; readonly propagateAtLaunch: boolean }[];
  return tags.filter(({ propagateAtLaunch }) => propagateAtLaunch).map(({ key }) => key);
}

function keysOf(tags: TagManager | undefined): string[] {
  return Object.keys(tags?.tagValues() ?? {});
}
