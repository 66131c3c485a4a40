import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stage, Validations, type Environment } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HaCacheStack } from '../lib';
import { APPS, load } from './apps';
import { FEATURE_FLAGS } from './feature-flags';
import { VARIANTS } from './variants';

/** What an example meets that the ready-made stack acknowledges or avoids: the application's choices. */
const LEFT_TO_THE_APPLICATION: Record<string, string> = {
  'AwsSolutions-VPC7': 'the example’s network is a stand-in for the user’s own, and flow logs are its owner’s choice',
  'AwsSolutions-ECS2': 'the client reads the address of its cache from its environment, and it is no secret',
  'AwsSolutions-ECS4': 'Container Insights are charged by the task; the alarms do without',
  'AwsSolutions-ELB2': 'a Network Load Balancer logs TLS listeners only',
  'AwsSolutions-AS3': 'each group keeps one instance and never scales',
  'AwsSolutions-IAM5':
    'the ids of instances and network interfaces are not known before; conditions narrow who may do what with them',
};

describe.each(Object.entries(VARIANTS))('the ready-made stack with %s', (_, props) => {
  test('passes cdk-nag and the core library’s validation', () => {
    const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'policy-')) });
    new HaCacheStack(app, 'HaCache', props);
    const pack = new AwsSolutionsChecks(app, { verbose: true });
    expect(pack.validateScope(app).violations).toEqual([]);
    Validations.of(app).addPlugins(pack);
    expect(() => app.synth()).not.toThrow();
    rmSync(app.outdir, { recursive: true });
  });
});

const LITERAL = { '@aws-cdk/core:enablePartitionLiterals': true };

describe.each<[string, Environment | undefined]>([
  ['any environment', undefined],
  ['any account of a region', { region: 'eu-west-1' }],
  ['an account, in any region', { account: '123456789012' }],
  ['an account and a region', { account: '123456789012', region: 'eu-west-1' }],
  ['China', { account: '123456789012', region: 'cn-north-1' }],
  ['GovCloud', { account: '123456789012', region: 'us-gov-west-1' }],
])('the ready-made stack in %s', (_, env) => {
  test.each<[string, Record<string, unknown>]>([
    ['references', {}],
    ['literals', LITERAL],
    ['literals, with all feature flags', { ...FEATURE_FLAGS, '@aws-cdk/core:target-partitions': ['aws'] }],
  ])('passes cdk-nag with partitions as %s', (_form, context) => {
    const app = new App({ context });
    Object.values(VARIANTS).forEach((props, i) => new HaCacheStack(app, `HaCache${i}`, { env, ...props }));
    new HaCacheStack(new Stage(app, 'Stage', { env }), 'HaCache');
    expect(new AwsSolutionsChecks(app, { verbose: true }).validateScope(app).violations).toEqual([]);
  });
});

test('the ready-made stack gives its reasons: without them cdk-nag finds something', () => {
  const app = new App();
  const stack = new HaCacheStack(app, 'HaCache');
  const acknowledged = stack.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
  expect(JSON.stringify(acknowledged)).toContain('AwsSolutions-ELB2');
});

test.each(APPS)('%s meets no rule of cdk-nag but those left to the application', async (file) => {
  const app = await load(file);
  const met = new AwsSolutionsChecks(app, { verbose: true })
    .validateScope(app)
    .violations.map(({ ruleName }) => ruleName.replace(/\[.*$/, ''));
  expect(met.filter((rule) => !(rule in LEFT_TO_THE_APPLICATION))).toEqual([]);
});

test('the CLI synthesizes the ready-made stack, shaped by context', () => {
  const output = mkdtempSync(join(tmpdir(), 'synth-'));
  const args = ['cdk', 'synth', '--quiet', '--output', output, '-c', 'compute=fargate', '-c', 'nodesPerZone=1'];
  execFileSync('npx', args, {
    cwd: join(__dirname, '..'),
    stdio: 'pipe',
    env: { ...process.env, CDK_VALIDATION: 'true' },
  });
  const template = JSON.parse(readFileSync(join(output, 'HaCache.template.json'), 'utf8'));
  const types = Object.values(template.Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
  expect(types.filter((type) => type === 'AWS::ServiceDiscovery::Service')).toHaveLength(3);
  rmSync(output, { recursive: true });
});
