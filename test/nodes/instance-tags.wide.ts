import { App, NestedStack, Stack, Tags, type StackProps, type TagProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { MemcachedCluster, MemcachedNodes } from '../../lib';

/** An app with the cluster in a stack, or in a stack nested in others. */
class Tagged {
  public readonly app: App;
  public readonly stacks: Stack[];

  constructor({ nested = 0, props = {}, flag = false }: { nested?: number; props?: StackProps; flag?: boolean } = {}) {
    this.app = new App({ context: { '@aws-cdk/core:explicitStackTags': flag } });
    this.stacks = [new Stack(this.app, 'Stack', props)];
    for (let i = 0; i < nested; i++) this.stacks.push(new NestedStack(this.stacks[i], `Nested${i}`));
    const stack = this.stacks[nested];
    new MemcachedCluster(stack, 'Cache', {
      vpc: new ec2.Vpc(stack, 'Vpc'),
      nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }),
      probe: false,
    });
  }

  public with(scope: Construct, key: string, props: TagProps = {}): this {
    Tags.of(scope).add(key, 'value', props);
    return this;
  }

  /** What synthesis says of tags. */
  public get problems(): string[] {
    try {
      this.app.synth();
      return [];
    } catch (error) {
      return (error as Error).message.split('\n').filter((line) => line.includes('tag key'));
    }
  }
}

test('a tag on the app is refused once, and its advice works', () => {
  const refused = new Tagged();
  const [problem, ...more] = refused.with(refused.app, 'Cost Center').problems;
  expect(problem).toMatch(/tag key 'Cost Center' is on the EC2 nodes, expected 1 to 255 letters/);
  expect(problem).toContain('[Stack/Cache/Nodes]');
  expect(more).toEqual([]);
  const excludeResourceTypes = advised(problem);
  expect(excludeResourceTypes).toEqual(['AWS::AutoScaling::AutoScalingGroup', 'aws:cdk:stack']);
  const taken = new Tagged();
  expect(taken.with(taken.app, 'Cost Center', { excludeResourceTypes }).problems).toEqual([]);
});

/** The exclusions that a message advises. */
function advised(problem: string): string[] {
  return [.../excludeResourceTypes: \[(.*?)\]/.exec(problem)![1].matchAll(/'([^']+)'/g)].map(([, type]) => type);
}

test.each([1, 2])('the tags of the stacks around %i nested ones count, and the advice works', (nested) => {
  const make = (props: TagProps = {}) => {
    const made = new Tagged({ nested });
    return made.with(made.stacks[0], 'acme.io/team', props).problems;
  };
  const [problem, ...more] = make();
  expect(more).toEqual([]);
  expect(make({ excludeResourceTypes: ['AWS::AutoScaling::AutoScalingGroup'] })).toHaveLength(1);
  expect(make({ excludeResourceTypes: ['AWS::AutoScaling::AutoScalingGroup', 'aws:cdk:stack'] })).toHaveLength(1);
  expect(make({ excludeResourceTypes: advised(problem) })).toEqual([]);
});

test.each([0, 1, 2])('the tags property of the stack counts around %i nested ones, and the advice works', (nested) => {
  const refused = new Tagged({ nested, props: { tags: { 'acme.io/team': 'cache' } } });
  expect(refused.problems).toEqual([expect.stringContaining('leave it out of the tags property of the stack')]);
  expect(new Tagged({ nested, props: { tags: { team: 'cache' } } }).problems).toEqual([]);
});

test('with the flag for explicit stack tags, a tag on the app is not the stack’s', () => {
  const made = new Tagged({ flag: true });
  const excludeResourceTypes = ['AWS::AutoScaling::AutoScalingGroup'];
  expect(made.with(made.app, 'Cost Center', { excludeResourceTypes }).problems).toEqual([]);
});

test.each(['.', '..', '_index', 'a/b', 'a b', 'größe', '日本', 'a*', 'a'.repeat(256)])('%s is refused', (key) => {
  const made = new Tagged();
  expect(made.with(made.app, key).problems).toHaveLength(1);
});

test.each(['a', '...', '_Index', 'index', 'acme:team', 'a+b-c=d.e,f_g:h@i', 'a'.repeat(255)])('%s is taken', (key) => {
  const made = new Tagged();
  expect(made.with(made.app, key).problems).toEqual([]);
});

test('what no instance gets is not refused', () => {
  const made = new Tagged();
  const cluster = made.stacks[0].node.findChild('Cache') as Construct;
  // On everything of the cluster but its groups.
  made.with(cluster, 'a/1', { excludeResourceTypes: ['AWS::AutoScaling::AutoScalingGroup'] });
  // On the groups, and not on what they launch.
  made.with(cluster, 'a/2', { applyToLaunchedInstances: false });
  // On the network beside it, and on another stack.
  made.with(made.stacks[0].node.findChild('Vpc') as Construct, 'a/3');
  made.with(new Stack(made.app, 'Other'), 'a/4');
  expect(made.problems).toEqual([]);
});
