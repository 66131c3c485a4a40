import { CfnPullThroughCacheRule } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, MemcachedImage, MemcachedNodes, Routing, type MemcachedClusterProps } from '../../lib';
import { partOf, regionalStack, SynthesizedCluster, textOf, type Resource } from '../synth';

const PREFIX = 'ecr-public';
const REGISTRY = '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}';

const cached = (props: Partial<MemcachedClusterProps> = {}): SynthesizedCluster =>
  new SynthesizedCluster({ pullThroughCachePrefix: PREFIX, ...props });

const imageOf = (made: SynthesizedCluster, part: string): string =>
  textOf(partOf(made, 'AWS::ECS::TaskDefinition', part).Properties.ContainerDefinitions[0].Image);

/** What the roles may do in ECR, as `repository: actions` for each statement that names a repository. */
function allowed(made: SynthesizedCluster): string[] {
  const statements = Object.values(made.resources('AWS::IAM::Policy')).flatMap(
    ({ Properties }: Resource) => Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[],
  );
  return statements
    .map(({ Action, Resource }) => `${textOf(Resource)}: ${[Action].flat().join(' ')}`)
    .filter((each) => each.includes(':repository/'));
}

const MAY_IMPORT =
  /:repository\/ecr-public\/docker\/library\/memcached: .*ecr:BatchGetImage .*BatchImportUpstreamImage .*CreateRepository/;

test('proxies pull memcached through it, and may have ECR fetch it', () => {
  const made = cached({ nodes: MemcachedNodes.fargate() });
  for (const part of ['Proxy', 'Nodes']) {
    expect(imageOf(made, part)).toMatch(/\/ecr-public\/docker\/library\/memcached:[\d.]+-alpine$/);
    expect(imageOf(made, part).startsWith(`${REGISTRY}/`)).toBe(true);
  }
  expect(allowed(made)).toEqual([expect.stringMatching(MAY_IMPORT), expect.stringMatching(MAY_IMPORT)]);
});

test('a node on EC2 logs in to it, and may have ECR fetch it', () => {
  const made = cached({ routing: Routing.clientSide(), topology: CacheTopology.sharded() });
  const script = textOf(made.only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData);
  expect(script).toContain(`--password-stdin ${REGISTRY}; }`);
  expect(script).toContain(`${REGISTRY}/ecr-public/docker/library/memcached:`);
  expect(script).not.toContain('public.ecr.aws');
  expect(allowed(made)).toEqual([expect.stringMatching(MAY_IMPORT)]);
});

test.each([
  ['haproxy', Routing.haproxy(), 'Proxy'],
  ['nginx', Routing.nginxStream(), 'Proxy'],
  ['haproxy', Routing.clientSide({ autoDiscovery: true }), 'Discovery'],
])('so does %s', (name, routing, part) => {
  const made = cached({ routing, topology: CacheTopology.sharded() });
  expect(imageOf(made, part)).toContain(`/ecr-public/docker/library/${name}:`);
});

test('other images are pulled from where they are', () => {
  const made = cached({
    image: MemcachedImage.fromRegistry('registry.example/memcached:1.6.45'),
    routing: Routing.haproxy({ image: ContainerImage.fromRegistry('registry.example/haproxy:3') }),
  });
  expect(imageOf(made, 'Proxy')).toBe('registry.example/haproxy:3');
  expect(JSON.stringify(made.template.toJSON())).not.toContain(PREFIX);
});

test('a rule of the same stack comes first', () => {
  const stack = regionalStack();
  const upstream = { ecrRepositoryPrefix: 'mine', upstreamRegistryUrl: 'public.ecr.aws' };
  const rule = new CfnPullThroughCacheRule(stack, 'Rule', upstream);
  const made = new SynthesizedCluster({ pullThroughCachePrefix: rule.ref }, stack);
  expect(imageOf(made, 'Proxy')).toContain('/${Rule}/docker/library/memcached:');
});

test.each(['ecr-public/', 'Public', 'a', ''])('%p is no prefix', (pullThroughCachePrefix) => {
  expect(() => cached({ pullThroughCachePrefix })).toThrow(
    `pullThroughCachePrefix is '${pullThroughCachePrefix}', expected 2 to 30 lower-case letters`,
  );
});
