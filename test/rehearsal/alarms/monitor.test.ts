import { Monitor } from '../../../rehearsal/alarms/monitor';
import type { AlarmsPlan, MetricAlarmPlan } from '../../../rehearsal/assembly/plan';

const metric = (name: string, dimensions = {}) => ({ namespace: 'CdkMemcached', name, dimensions });

const alarm = (name: string, changes: Partial<MetricAlarmPlan> = {}): MetricAlarmPlan => ({
  name,
  ids: [`ref-${name}`, `arn-${name}`],
  metric: metric('Reachable', { Cluster: 'c', Zone: 'a' }),
  statistic: 'Minimum',
  periodMinutes: 1,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  comparison: 'LessThanThreshold',
  threshold: 1,
  missing: 'notBreaching',
  ...changes,
});

const alarms: AlarmsPlan = {
  metric: [
    alarm('NodeUnreachable'),
    alarm('ZoneDown', { evaluationPeriods: 2, datapointsToAlarm: 2, threshold: 0.5 }),
    alarm('ProbeSilent', { missing: 'breaching', metric: metric('Reachable', { Zone: 'a', Cluster: 'c' }) }),
    alarm('Mistyped', { metric: metric('Reachabel') }),
  ],
  composite: [
    { name: 'Down', ids: ['arn-Down'], rule: 'ALARM("arn-ZoneDown") AND NOT ALARM("arn-NotEvaluated")' },
    { name: 'Paged', ids: ['arn-Paged'], rule: 'ALARM("arn-Down") OR ALARM("arn-NodeUnreachable")' },
  ],
  notEvaluated: [{ name: 'TargetResets', ids: ['arn-TargetResets'], reason: 'AWS' }],
};

/** A probe that publishes these values, one after another; nothing in a run without one, and ill news at a beginning. */
function monitorOf(values: (number | undefined)[], plan = alarms) {
  const left = [...values];
  let counts = true;
  const line = (value: number) =>
    JSON.stringify({
      _aws: {
        CloudWatchMetrics: [
          { Namespace: 'CdkMemcached', Dimensions: [['Cluster', 'Zone']], Metrics: [{ Name: 'Reachable' }] },
        ],
      },
      Cluster: 'c',
      Zone: 'a',
      Reachable: value,
    });
  const run = async () => {
    const value = counts ? left.shift() : 0;
    return value === undefined ? ['no news'] : [line(value)];
  };
  const monitor = new Monitor(plan, { run });
  const minutes = async (count: number) => {
    for (let i = 0; i < count; i += 1) await monitor.minute();
  };
  const begin = async () => {
    counts = false;
    await monitor.begin();
    counts = true;
  };
  return { monitor, begin, minutes };
}

const firings = ({ firings }: Monitor) => firings.map(({ name, afterMinutes }) => `${name} ${afterMinutes}`);

test('alarms fire after as many minutes of the fault as they wait for', async () => {
  const { monitor, begin, minutes } = monitorOf([1, 1, 0, 0, 0]);
  await begin();
  await minutes(2);
  monitor.strike('zone-gone');
  await minutes(1);
  expect(firings(monitor)).toEqual([]);
  expect(monitor.pending).toBe(true);
  await minutes(2);
  expect(firings(monitor)).toEqual(['Down 2', 'Paged 2', 'ZoneDown 2', 'NodeUnreachable 3', 'ProbeSilent 3']);
  expect(monitor.pending).toBe(false);
});

test('the picture is given the events for which an alarm fired', async () => {
  const { monitor, begin, minutes } = monitorOf([1, 0, 0, 1, 0.6, 0.6, 0.6]);
  await begin();
  await minutes(1);
  monitor.strike('zone-gone');
  await minutes(2);
  await begin();
  await minutes(1);
  monitor.strike('node-gone');
  await minutes(3);
  const { metrics } = monitor;
  expect(metrics.alarm('arn-ZoneDown')).toEqual({ name: 'ZoneDown', firedFor: [1] });
  expect(metrics.alarm('arn-Paged')).toEqual({ name: 'Paged', firedFor: [1, 2] });
  expect(metrics.alarm('arn-TargetResets')).toEqual({ name: 'TargetResets' });
  expect(metrics.alarm('arn-of-a-stranger')).toBeUndefined();
});

test('a fault of a minute fires none that waits for more', async () => {
  const { monitor, begin, minutes } = monitorOf([1, 1, 0, 1, 1, 1]);
  await begin();
  await minutes(2);
  monitor.strike('node-killed');
  await minutes(4);
  expect(firings(monitor)).toEqual([]);
});

test('a scenario knows nothing of the one before: its first minute is taken to have lasted', async () => {
  const often = alarm('Often', { evaluationPeriods: 4, datapointsToAlarm: 2 });
  const { monitor, begin, minutes } = monitorOf([1, 0, 0, 1, 0, 0], { ...alarms, metric: [often], composite: [] });
  await begin();
  monitor.strike('first');
  await minutes(3);
  expect(firings(monitor)).toEqual(['Often 3']);
  await begin();
  expect(firings(monitor)).toEqual([]);
  await minutes(1);
  monitor.strike('second');
  await minutes(2);
  expect(firings(monitor)).toEqual(['Often 2']);
});

test('a scenario begins with a run that does not count', async () => {
  const told: string[] = [];
  const monitor = new Monitor(alarms, { run: async () => [String(told.push('run'))] });
  await monitor.begin();
  expect(told).toEqual(['run']);
  expect(monitor.metrics.minutes).toBe(0);
  await monitor.minute();
  expect(monitor.metrics.minutes).toBe(1);
});

test('what AWS itself would publish is kept', async () => {
  const hosts = metric('HealthyHostCount', { TargetGroup: 't' });
  const monitor = new Monitor(alarms, { run: async () => [] }, async () => [{ metric: hosts, value: 3 }]);
  await monitor.minute();
  expect(monitor.metrics.valueAt(hosts, 0)).toBe(3);
});

test('of several figures of a minute, as each node of a load balancer has one, an alarm takes its own statistic', async () => {
  const hosts = metric('HealthyHostCount');
  const below = {
    metric: hosts,
    comparison: 'LessThanThreshold',
    threshold: 1,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
  };
  const plan: AlarmsPlan = {
    metric: [alarm('All', { ...below, statistic: 'Maximum' }), alarm('Any', { ...below, statistic: 'Minimum' })],
    composite: [],
    notEvaluated: [],
  };
  const figures = [3, 0].map((value) => ({ metric: hosts, value }));
  const monitor = new Monitor(plan, { run: async () => [] }, async () => figures);
  await monitor.minute();
  expect(firings(monitor)).toEqual(['Any 1']);
  expect(['Maximum', 'Minimum', 'Average'].map((each) => monitor.metrics.valueAt(hosts, 0, each))).toEqual([3, 0, 1.5]);
});

test('what already fires before the fault is no news of it', async () => {
  const { monitor, begin, minutes } = monitorOf([0, 0, 0]);
  await begin();
  await minutes(2);
  monitor.strike('late');
  await minutes(1);
  expect(firings(monitor)).toContain('Down -1');
});

test('silence fires the alarm on it', async () => {
  const { monitor, begin, minutes } = monitorOf([1, 1]);
  await begin();
  await minutes(2);
  monitor.strike('probe-gone');
  await minutes(5);
  // CloudWatch still finds figures a little farther back, and takes those first.
  expect(firings(monitor)).toEqual(['ProbeSilent 5']);
});

test('it keeps the figures and events of all scenarios, and says which alarm never had one', async () => {
  const { monitor, begin, minutes } = monitorOf([1, 0.5, undefined, 1]);
  await begin();
  await minutes(1);
  monitor.strike('first');
  await minutes(2);
  await begin();
  monitor.strike('second');
  await minutes(1);
  const { metrics } = monitor;
  const of = metric('Reachable', { Zone: 'a', Cluster: 'c' });
  expect([0, 1, 2, 3, 4].map((minute) => metrics.valueAt(of, minute))).toEqual([1, 0.5, undefined, 1, undefined]);
  expect(metrics.minutes).toBe(4);
  expect(metrics.events).toEqual([
    { minute: 1, label: 'first' },
    { minute: 3, label: 'second' },
  ]);
  expect(monitor.withoutFigures).toEqual(['Mistyped']);
  expect(monitor.longestWindow).toBe(3);
});
