import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Routing, type MemcachedCluster } from '../../lib';
import { Application, admitted } from '../sidecar-application';
import { ACCOUNT, REGION, SynthesizedCluster, textOf } from '../synth';

describe('what a proxy publishes', () => {
  const alarmsOf = ({ stack }: Application): Record<string, any> =>
    Object.fromEntries(
      Object.entries(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).flatMap(
        ([id, { Properties }]) =>
          id.includes('MemcachedProxyAlarms') ? [[id.replace(/^.*Alarms(\w+)[0-9A-F]{8}$/, '$1'), Properties]] : [],
      ),
    );
  const made = (
    options: Parameters<MemcachedCluster['addProxyTo']>[1] = {},
    routing = Routing.sidecar(),
  ): Application => admitted(new Application(routing, { options }));
  const reports = (application: Application): boolean =>
    textOf(application.containers()['memcached-proxy'].Command[0]).includes('while sleep 60');
  const fluentd = ecs.LogDrivers.fluentd();

  test('are metrics of the cluster and of the application, in the region of the task', () => {
    const { proxy, stack, task, cache } = made();
    const dimensions = { Cluster: cache.clusterName, Application: task.family };
    expect(proxy.metrics!.clientErrors()).toMatchObject({
      namespace: 'CdkMemcached',
      statistic: 'Maximum',
      dimensions,
    });
    expect(proxy.metrics!.clientErrors().region).toBe(stack.region);
    const { statistic, period } = proxy.metrics!.reporting();
    expect([statistic, period?.toSeconds()]).toEqual(['SampleCount', 60]);
  });

  test('has alarms, the one on debts together with whether nodes answer the probe', () => {
    const alarms = alarmsOf(made());
    const names = ['ClientErrors', 'ConnectionsNearLimit', 'ConnectionsRejected', 'DebtsStayOwed'];
    expect(Object.keys(alarms).sort()).toEqual(names);
    expect(alarms.ClientErrors).toMatchObject({
      MetricName: 'ClientErrors',
      Statistic: 'Maximum',
      Period: 60,
      Threshold: 0.05,
      DatapointsToAlarm: 3,
      EvaluationPeriods: 5,
      TreatMissingData: 'notBreaching',
    });
    const [expression, ...watched] = alarms.DebtsStayOwed.Metrics;
    expect(expression.Expression).toBe('IF(reachable < 1, 0, owed)');
    const lengths = watched.map(({ MetricStat }: any) => [
      MetricStat.Metric.MetricName,
      MetricStat.Metric.Dimensions.length,
    ]);
    expect(Object.fromEntries(lengths)).toEqual({ Reachable: 1, DebtsOwed: 2 });
  });

  test('alarms can be tuned, switched off and given actions', () => {
    const application = made({ alarms: { clientErrors: { threshold: 0.2 }, debtsStayOwed: { enabled: false } } });
    application.proxy.addAlarmAction({ bind: () => ({ alarmActionArn: 'arn:aws:sns:eu-west-1:1:page' }) });
    const { ClientErrors, DebtsStayOwed, ConnectionsRejected } = alarmsOf(application);
    expect(ClientErrors).toMatchObject({ Threshold: 0.2, AlarmActions: ['arn:aws:sns:eu-west-1:1:page'] });
    expect(ConnectionsRejected.AlarmActions).toEqual(['arn:aws:sns:eu-west-1:1:page']);
    expect(DebtsStayOwed).toBeUndefined();
    expect(application.proxy.alarms).toHaveLength(3);
    expect(() => made({ alarms: { clientErrors: { threshold: 2 } } })).toThrow('the threshold of clientErrors is 2');
  });

  test('are in the region of the log, where the alarms of the task watch none', () => {
    const arn = (region: string): string => `arn:aws:logs:${region}:${ACCOUNT}:log-group:proxies`;
    const logging = (region: string): ecs.LogDriver =>
      ecs.LogDrivers.awsLogs({
        streamPrefix: 'proxy',
        logGroup: logs.LogGroup.fromLogGroupArn(new Stack(), 'Log', arn(region)),
      });
    const [here, there] = [REGION, 'us-east-1'].map((region) => made({ logging: logging(region) }).proxy);
    expect([here, there].map(({ metrics }) => metrics!.rejected().region)).toEqual([REGION, 'us-east-1']);
    expect([here, there].map(({ alarms }) => alarms.length)).toEqual([4, 0]);
    expect(() => made({ logging: logging('us-east-1'), alarms: {} })).toThrow(
      `alarms is given while the log of the proxy, and so its metrics, are in us-east-1, expected a log in ${REGION}, as the task: `,
    );
  });

  test.each([
    ['with another log driver', { logging: fluentd }, undefined],
    ['when told not to', { metrics: false }, undefined],
    ['of another engine', {}, Routing.sidecar(Routing.haproxy())],
  ])('nothing, and no alarms: %s', (_, options, routing) => {
    const application = made(options, routing);
    expect(reports(application)).toBe(false);
    expect(application.proxy).toMatchObject({ metrics: undefined, alarms: [] });
    expect(alarmsOf(application)).toEqual({});
    expect(() => made({ ...options, alarms: {} }, routing)).toThrow(
      'alarms is given for a proxy that publishes no metrics, expected memcached’s proxy, with metrics: ',
    );
  });

  test('all the same with another log driver that writes to CloudWatch Logs', () => {
    expect(reports(made())).toBe(true);
    expect(reports(made({ logging: fluentd, metrics: true }))).toBe(true);
    const other = Routing.sidecar(Routing.haproxy());
    expect(() => made({ metrics: true }, other)).toThrow(
      'metrics is true for another proxy than memcached’s, expected false',
    );
  });

  test('in the command for other hosts: nothing, because its log is not known', () => {
    const { cluster: cache } = new SynthesizedCluster({ routing: Routing.sidecar() });
    expect(textOf(cache.proxyCommand().script)).not.toContain('while sleep 60');
  });
});
