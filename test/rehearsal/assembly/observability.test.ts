import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readClusters } from '../../../rehearsal/assembly/clusters';
import { readStacks } from '../../../rehearsal/assembly/manifest';
import type { BalancerPlan } from '../../../rehearsal/assembly/plan';
import { type Fixture, template, writeAssembly } from '../fixtures/assembly';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'observability-test-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const probed: Fixture = { compute: 'ec2', topology: 'replicated', probe: true };

function read(change: (resources: any) => void = () => {}, fixture = probed) {
  const content = template(fixture);
  change(content.Resources);
  return readClusters(readStacks(writeAssembly(folder, content)))[0]!;
}

describe('the probe', () => {
  test('is read with its code, its event and where it runs', () => {
    const { probe, nodes } = read();

    expect(probe).toMatchObject({
      folder: resolve(__dirname, '../fixtures/probe-function'),
      handler: 'index.handler',
      environment: { AWS_REGION: 'us-east-1', STACK: 'Fixture' },
      timeoutSeconds: 10,
      subnets: [{ zone: 'us-east-1a' }, { zone: 'us-east-1b' }],
    });
    const hosts = nodes.map((node) => ('interfaceAddress' in node ? node.interfaceAddress : undefined));
    expect(JSON.parse(probe!.event)).toEqual({
      cluster: 'Fixture-Cache',
      nodes: [
        { name: 'a1', zone: 'a', host: hosts[0], port: 11211 },
        { name: 'b1', zone: 'b', host: hosts[1], port: 11211 },
      ],
    });
  });

  test.each<[string, (resources: any) => void]>([
    ['without one', (resources) => delete resources.Probe],
    [
      'of another cluster',
      ({ Probe }) => (Probe.Properties.Tags[0] = { Key: 'cdk-memcached:cluster', Value: 'Other' }),
    ],
    ['that is an application’s own function', ({ Probe }) => Probe.Properties.Tags.pop()],
  ])('is none in a cluster %s', (_, change) => {
    const { probe } = read(change);
    expect(probe).toBeUndefined();
  });

  test('a function without its tag is not looked into', () => {
    const change = (resources: any) => {
      resources.Own = { Type: 'AWS::Lambda::Function', Properties: { Handler: { 'Fn::Transform': 'unknown' } } };
      resources.OwnAlarm = {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Threshold: { 'Fn::Transform': 'unknown' } },
      };
    };
    expect(read(change).probe).toBeDefined();
  });

  test.each<[string, (resources: any) => void, string]>([
    [
      'its code is not in the assembly',
      ({ Probe }) => (Probe.Properties.Code.S3Key = 'other.zip'),
      "Probe has the code 'other.zip', expected a folder among the assets of",
    ],
    [
      'it has no subnets',
      ({ Probe }) => delete Probe.Properties.VpcConfig,
      'Probe has no subnets, expected a VpcConfig with some',
    ],
    [
      'it has no schedule',
      (resources) => delete resources.Schedule,
      'Probe is run by no schedule, expected an enabled',
    ],
    [
      'its schedule has another rate',
      ({ Schedule }) => (Schedule.Properties.ScheduleExpression = 'rate(5 minutes)'),
      "Probe is run by the schedule 'rate(5 minutes)' (ENABLED), expected an enabled one of EventBridge Scheduler",
    ],
    [
      'its schedule is off',
      ({ Schedule }) => (Schedule.Properties.State = 'DISABLED'),
      "the schedule 'rate(1 minute)' (DISABLED)",
    ],
    [
      'nodes keep it out',
      (resources) => delete resources.NodeFromProbe,
      'no ingress rule for tcp port 11211 from the probe',
    ],
    [
      'the load balancer keeps it out',
      (resources) => delete resources.BalancerFromProbe,
      'the security groups of the load balancer',
    ],
    ['proxies keep it out', (resources) => delete resources.ProxyFromProbe, 'the security groups of the proxies'],
  ])('it is an error when %s', (_, change, message) => expect(() => read(change)).toThrow(message));

  test('it is an error when proxies keep it out of where it asks for their statistics', () => {
    const change = ({ Schedule }: any) => {
      Schedule.Properties.Target.Input = '{"proxies":{"statistics":{"port":11212}}}';
    };
    expect(() => read(change)).toThrow('no ingress rule for tcp port 11212 from the probe');
  });
});

describe('alarms', () => {
  test('on what the probe publishes are read with all that decides them', () => {
    const { alarms } = read();
    expect(alarms.metric.map(({ name }) => name)).toEqual(['ZoneANodeUnreachable', 'ZoneBNodeUnreachable']);
    expect(alarms.metric[0]).toMatchObject({
      metric: { namespace: 'CdkMemcached', name: 'Reachable', dimensions: { Cluster: 'Fixture-Cache', Zone: 'a' } },
      statistic: 'Minimum',
      periodMinutes: 1,
      evaluationPeriods: 4,
      datapointsToAlarm: 3,
      comparison: 'LessThanThreshold',
      threshold: 1,
      missing: 'notBreaching',
    });
  });

  test('that leave something out have CloudWatch’s own figures', () => {
    const { alarms } = read(({ ZoneA }) => {
      delete ZoneA.Properties.DatapointsToAlarm;
      delete ZoneA.Properties.TreatMissingData;
    });
    expect(alarms.metric[0]).toMatchObject({ datapointsToAlarm: 4, missing: 'missing' });
  });

  test('of which nothing can be said here are told with the reason', () => {
    const { alarms } = read(({ ZoneB }) => {
      const { Namespace, MetricName } = ZoneB.Properties;
      ZoneB.Properties.Metrics = [{ Id: 'm', MetricStat: { Metric: { Namespace, MetricName } } }, { Expression: 'm' }];
    });
    expect(alarms.notEvaluated.map(({ name, reason }) => ({ name, reason }))).toEqual([
      { name: 'ZoneBNodeUnreachable', reason: 'it watches an expression that is not evaluated here' },
      { name: 'TargetResets', reason: 'the probe does not publish its metric (AWS/NetworkELB)' },
      { name: 'HitRatioFalling', reason: 'its threshold is a band that CloudWatch learns from weeks of figures' },
    ]);
  });

  test('on what a filter of a log publishes are not evaluated', () => {
    const filter = (name: string, namespace = 'CdkMemcached') => ({
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        FilterPattern: { Ref: 'Unknown' },
        MetricTransformations: [{ MetricNamespace: namespace, MetricName: name }],
      },
    });
    const { alarms } = read((resources) => {
      resources.ZoneB.Properties.MetricName = 'ProxyZoneUnknown';
      Object.assign(resources, { Own: filter('Reachable', 'Own'), Unknown: filter('ProxyZoneUnknown') });
    });
    expect(alarms.metric.map(({ name }) => name)).toEqual(['ZoneANodeUnreachable']);
    expect(alarms.notEvaluated[0]).toMatchObject({
      name: 'ZoneBNodeUnreachable',
      reason: 'a filter of a log publishes its metric',
    });
  });

  test('that are composite know the others by what their rule calls them', () => {
    const { metric, composite } = read().alarms;
    expect(composite).toHaveLength(1);
    for (const { ids } of metric) {
      expect(ids.some((id) => composite[0]!.rule.includes(`ALARM("${id}")`))).toBe(true);
    }
  });
});

describe('the dashboard', () => {
  test('is the one that shows the cluster', () => {
    const other = { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: '{"widgets":[]}' } };
    const { body } = read((resources) => Object.assign(resources, { AnOther: other })).dashboard;
    expect(body).toMatchObject({
      widgets: [{ properties: { metrics: [['CdkMemcached', 'Reachable', 'Cluster', 'Fixture-Cache']] } }, {}],
    });
  });

  test('knows the load balancer by what CloudWatch is told of it', () => {
    const { dashboard, endpoint } = read();
    const { LoadBalancer, TargetGroup } = (endpoint as BalancerPlan).dimensions;
    const [, { properties }] = (dashboard.body as any).widgets;
    expect(properties.metrics[0].slice(2)).toEqual(['LoadBalancer', LoadBalancer, 'TargetGroup', TargetGroup]);
  });

  test('may be none', () => {
    const { body } = read((resources) => delete resources.Dashboard).dashboard;
    expect(body).toBeUndefined();
  });

  test.each([
    ['beside its own', () => {}, true],
    ['without one', (resources: any) => delete resources.Dashboard, false],
  ])('of a stranger is not looked into: %s', (_, change, shown) => {
    const { dashboard } = read((resources) => {
      resources.AForeign = { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: { Ref: 'Asked' } } };
      change(resources);
    });
    expect(dashboard.unread).toEqual([]);
    expect(dashboard.body !== undefined).toBe(shown);
  });

  test('that cannot be read is none, and why is known', () => {
    const { dashboard } = read(({ Dashboard }) => {
      const { DashboardBody } = Dashboard.Properties;
      Dashboard.Properties.DashboardBody = { 'Fn::Join': ['', [DashboardBody, { 'Fn::ImportValue': 'elsewhere' }]] };
    });
    expect(dashboard).toEqual({
      unread: ["Dashboard: no stack of the assembly exports 'elsewhere'; synthesize the stack that does with it"],
    });
  });
});

describe('what others own', () => {
  const asked = {
    Type: 'AWS::Scheduler::Schedule',
    Properties: { Target: { Arn: { 'Fn::ImportValue': 'elsewhere' } } },
  };

  test('a schedule of something else is not looked into', () => {
    expect(read((resources) => Object.assign(resources, { Asked: asked })).probe).toBeDefined();
    const conditional = { ...asked, Condition: 'Unknown' };
    expect(read((resources) => Object.assign(resources, { Asked: conditional })).probe).toBeDefined();
  });

  test('nor is anything of another stack', () => {
    const ofProbe = { 'Fn::Sub': ['${Probe.Arn}${more}', { more: { 'Fn::ImportValue': 'elsewhere' } }] };
    const DashboardBody = { 'Fn::Sub': '"CdkMemcached" ${Asked}' };
    const tagged = [
      { Key: 'cdk-memcached:role', Value: 'probe' },
      { Key: 'cdk-memcached:alarm', Value: { Ref: 'Asked' } },
    ];
    const Other = {
      Resources: {
        Asked: { Type: 'AWS::Scheduler::Schedule', Properties: { Target: { Arn: ofProbe } } },
        Shown: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody } },
        Probe: { Type: 'AWS::Lambda::Function', Properties: { Tags: tagged, Handler: { Ref: 'Unknown' } } },
        Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Tags: tagged, Threshold: { Ref: 'Unknown' } } },
      },
    };
    const [plan] = readClusters(readStacks(writeAssembly(folder, { Fixture: template(probed), Other })));
    expect(plan).toMatchObject({ probe: {}, dashboard: { body: {}, unread: [] } });
  });
});
