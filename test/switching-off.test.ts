import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HaCacheStack, MemcachedNodes, PrometheusExporter, type HaCacheStackProps } from '../lib';
import { ACCOUNT, REGION, ZONES, type Resource } from './synth';

type Resources = Record<string, Resource & { readonly DeletionPolicy?: string }>;

function resourcesWith(props: HaCacheStackProps): Resources {
  const app = new App({ context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES } });
  const stack = new HaCacheStack(app, 'HaCache', { env: { account: ACCOUNT, region: REGION }, ...props });
  return Template.fromStack(stack).toJSON().Resources;
}

/** What has to be deleted before a resource may be: whatever refers to it or depends on it. */
function goBefore(resources: Resources, id: string): string[] {
  return Object.keys(resources).filter(
    (other) =>
      other !== id &&
      (resources[other].DependsOn?.includes(id) ||
        [`"Ref":"${id}"`, `"Fn::GetAtt":["${id}"`].some((reference) =>
          JSON.stringify(resources[other].Properties ?? {}).includes(reference),
        )),
  );
}

const ofType = (resources: Resources, type: string): string[] =>
  Object.keys(resources).filter((id) => resources[id].Type === type);

describe.each(['ec2', 'fargate'] as const)('with nodes on %s', (compute) => {
  const nodes = MemcachedNodes[compute]();
  const prometheus = PrometheusExporter.official();
  const all = resourcesWith({ nodes, prometheus });

  test('nothing outlives the stack', () => {
    expect(Object.keys(all).filter((id) => (all[id].DeletionPolicy ?? 'Delete') !== 'Delete')).toEqual([]);
  });

  test('no name goes before the tasks that stand under it', () => {
    const names = ofType(all, 'AWS::ServiceDiscovery::Service');
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(goBefore(all, name).map((id) => all[id].Type)).toContain('AWS::ECS::Service');
  });

  test('what lets Lambda delete the network interfaces of the probe goes after the probe', () => {
    const [probe] = ofType(all, 'AWS::Lambda::Function').filter((id) => id.includes('Probe'));
    const policies = ofType(all, 'AWS::IAM::Policy').filter((id) =>
      JSON.stringify(all[id].Properties).includes('ec2:DeleteNetworkInterface'),
    );
    expect(policies).toHaveLength(1);
    expect(goBefore(all, policies[0])).toContain(probe);
  });

  test.each<[string, HaCacheStackProps]>([
    ['the probe', { probe: false, prometheus }],
    ['the dashboard', { dashboard: false, prometheus }],
    ['the alarm that rolls deployments back', { alarms: { canaryFailing: { enabled: false } }, prometheus }],
  ])('without %s nodes and addresses stay as they are', (_, props) => {
    const less = resourcesWith({ nodes, ...props });
    const changed = Object.keys(less).filter((id) => JSON.stringify(less[id]) !== JSON.stringify(all[id]));
    expect(Object.keys(less).filter((id) => !(id in all))).toEqual([]);
    expect(changed.filter((id) => /^Cache(Nodes|RoutingEndpoint)/.test(id))).toEqual([]);
  });
});
