import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stage, Validations, type Environment } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
  type NagPack,
} from 'cdk-nag';
import { HaCacheStack, MemcachedCluster } from '../lib';
import { APPS, load } from './apps';
import { FEATURE_FLAGS } from './feature-flags';
import { VARIANTS } from './variants';

const packsOf = (app: App): NagPack[] =>
  [
    AwsSolutionsChecks,
    NIST80053R5Checks,
    NIST80053R4Checks,
    HIPAASecurityChecks,
    PCIDSS321Checks,
    ServerlessChecks,
  ].map((Pack) => new Pack(app, { verbose: true }));

/** A rule that something breaks, without what the packs call it: `ELBLoggingEnabled`, or `AwsSolutions-ELB2`. */
interface Finding {
  readonly rule: string;
  readonly path: string;
}

function findingsOf(app: App): Finding[] {
  const violations = packsOf(app).flatMap((pack) => pack.validateScope(app).violations);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath = '' }) => ({
      rule: ruleName
        .replace(/\[.*$/, '')
        .replace(/^(NIST\.800\.53\.R\d|HIPAA\.Security|PCI\.DSS\.321|Serverless)-/, ''),
      path: constructPath,
    })),
  );
}

/** What a cluster meets in a stack of the user's, as docs/security.md lists it. */
const OF_A_CLUSTER = [
  ...readFileSync(join(__dirname, '../docs/security.md'), 'utf8').matchAll(/^\| `([\w-]+)`(?:, `([\w-]+)`)? +\|/gm),
].flatMap(([, ...rules]) => rules.filter((rule) => rule !== undefined));

/** What an example meets besides its cluster: the application's choices. */
const LEFT_TO_THE_APPLICATION: Record<string, string> = {
  'AwsSolutions-VPC7': 'the example’s network is a stand-in for the user’s own, and flow logs are its owner’s choice',
  VPCFlowLogsEnabled: 'the same',
  VPCDefaultSecurityGroupClosed: 'the same network: nothing is in that group',
  VPCNoUnrestrictedRouteToIGW: 'the same network: NAT gateways are in its public subnets',
  VPCSubnetAutoAssignPublicIpDisabled: 'the same network',
  'AwsSolutions-ECS2': 'the client reads the address of its cache from its environment, and it is no secret',
  'AwsSolutions-ECS4': 'Container Insights are charged by the task; the alarms do without',
  'AwsSolutions-IAM5': 'the right to log in to ECR has no resource',
  CloudWatchAlarmAction: 'whom the alarms on a proxy beside it notify (`addAlarmAction` of what addProxyTo returns)',
  CloudWatchLogGroupEncrypted: 'the log of the application',
  CloudWatchLogGroupRetentionPeriod: 'the log of the application',
  IAMNoInlinePolicy: 'each policy is made for one role',
  LambdaConcurrency: 'the shipper of with-opensearch takes what the log gives it',
  LambdaDLQ: 'the log is still there when the shipper has lost a batch',
  LambdaDefaultMemorySize: 'the shipper needs little',
  LambdaTracing: 'few people look at the shipper',
  OpenSearchErrorLogsToCloudWatch: 'the domain is for logs, and small',
  RDSEnhancedMonitoringEnabled: 'the database of application is a stand-in for the user’s own',
  RDSInBackupPlan: 'the same database: it keeps backups itself',
  SecretsManagerRotationEnabled: 'the same database: tasks read its password when they start',
  SecretsManagerUsingKMSKey: 'the same database',
  SNSEncryptedKMS: 'the pager of with-ecs-service is sent the names of alarms',
};

describe.each(Object.entries(VARIANTS))('the ready-made stack with %s', (_, props) => {
  test('passes cdk-nag and the core library’s validation', () => {
    const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'policy-')) });
    new HaCacheStack(app, 'HaCache', props);
    expect(findingsOf(app)).toEqual([]);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
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

describe('in the examples', () => {
  const met = new Set<string>();

  test.each(APPS)(
    '%s meets no rule of cdk-nag but those of any cluster and those left to the application',
    async (file) => {
      const app = await load(file);
      const clusters = app.node.findAll().filter(MemcachedCluster.isMemcachedCluster);
      const isOfCluster = ({ path }: Finding): boolean => clusters.some(({ node }) => path.startsWith(`${node.path}/`));
      const findings = findingsOf(app);
      for (const { rule } of findings.filter(isOfCluster)) met.add(rule);
      const others = findings.filter((finding) => !isOfCluster(finding));
      expect(others.filter(({ rule }) => !(rule in LEFT_TO_THE_APPLICATION))).toEqual([]);
    },
  );

  test('a cluster meets the rules that docs/security.md lists, and no others', () => {
    expect([...met].sort()).toEqual([...OF_A_CLUSTER].sort());
  });
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
