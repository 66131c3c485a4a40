import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  CacheTopology,
  HaCacheStack,
  MemcachedNodes,
  PrometheusExporter,
  Routing,
  type HaCacheStackProps,
} from '../lib';

// Where the application's roles are made beforehand, by people who read CDK's report on what each needs.

const VARIANTS: [string, HaCacheStackProps][] = [
  ['EC2', { prometheus: PrometheusExporter.official() }],
  ['Fargate', { nodes: MemcachedNodes.fargate() }],
  ['twemproxy', { routing: Routing.twemproxy(), topology: CacheTopology.sharded() }],
  ['auto discovery', { routing: Routing.clientSide({ autoDiscovery: true }), topology: CacheTopology.sharded() }],
];

interface Report {
  readonly roles: { readonly roleConstructPath: string; readonly identityPolicyStatements: unknown[] }[];
}

function synthesized(props: HaCacheStackProps, customized?: iam.CustomizeRolesOptions) {
  const app = new App({ treeMetadata: false });
  if (customized) iam.Role.customizeRoles(app, customized);
  const stack = new HaCacheStack(app, 'HaCache', props);
  const { directory } = app.synth();
  const report = (): Report => JSON.parse(readFileSync(join(directory, 'iam-policy-report.json'), 'utf8'));
  return { stack, template: Template.fromStack(stack), report };
}

const rolesOf = (stack: Stack): string[] =>
  stack.node
    .findAll()
    .filter((each) => each instanceof iam.Role)
    .map(({ node }) => node.path);

/** What each role may do, as its policies in a template say: the actions, by the role's path. */
function allowed({ stack, template }: { stack: Stack; template: Template }): Record<string, string[]> {
  const ids = new Map(
    rolesOf(stack).map((path) => [
      stack.getLogicalId(stack.node.root.node.findAll().find(({ node }) => node.path === `${path}/Resource`) as any),
      path,
    ]),
  );
  const actions: Record<string, string[]> = Object.fromEntries(rolesOf(stack).map((path) => [path, []]));
  for (const { Properties } of Object.values<any>(template.findResources('AWS::IAM::Policy'))) {
    for (const { Ref } of Properties.Roles) {
      actions[ids.get(Ref)!].push(...Properties.PolicyDocument.Statement.flatMap(actionsOf));
    }
  }
  return sorted(actions);
}

const actionsOf = ({ Effect, Action }: any): string[] => [Action].flat().map((action) => `${Effect} ${action}`);

const sorted = (actions: Record<string, string[]>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(actions).map(([path, each]) => [path, [...new Set(each)].sort()]));

describe.each(VARIANTS)('%s', (_, props) => {
  const made = synthesized(props);
  const usePrecreatedRoles = Object.fromEntries(rolesOf(made.stack).map((path, i) => [path, `role-${i}`]));

  test('no role and no policy is made, and the report has all that they would hold', () => {
    const { template, report } = synthesized(props, { usePrecreatedRoles });
    for (const type of ['Role', 'Policy', 'ManagedPolicy']) template.resourceCountIs(`AWS::IAM::${type}`, 0);
    const reported = report().roles.map(({ roleConstructPath, identityPolicyStatements }) => [
      roleConstructPath,
      identityPolicyStatements.flatMap(actionsOf),
    ]);
    // CDK lists the role of Auto Scaling too, which AWS makes.
    expect(sorted(Object.fromEntries(reported))).toMatchObject(allowed(made));
  });
});

test('a report on roles that are made all the same changes no template', () => {
  const { template, report } = synthesized({}, { preventSynthesis: false });
  const probe = report().roles.find(({ roleConstructPath }) => roleConstructPath.endsWith('Probe/Role'))!;
  const reported = probe.identityPolicyStatements.flatMap(actionsOf);
  expect(reported).toEqual(expect.arrayContaining(['Allow ec2:CreateNetworkInterface', 'Deny ec2:*']));
  expect(Object.keys(template.findResources('AWS::IAM::Role'))).toEqual(
    Object.keys(synthesized({}).template.findResources('AWS::IAM::Role')),
  );
});
