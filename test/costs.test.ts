import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HaCacheStack, CacheMetricDetail } from '../lib';
import type { ProbeEvent } from '../lib/contract/probe-event';
import { nodeSample } from '../lambda/probe/node-statistics';
import { report, type NodeOutcome, type ProxyOutcome } from '../lambda/probe/report';
import { ACCOUNT, REGION, textOf, ZONES, type Resource } from './synth';

/** US dollars a month, us-east-1, as docs/costs.md names them. */
const PRICES = { metric: 0.3, alarmMetric: 0.1, composite: 0.5, dashboard: 3, logGigabyte: 0.5, hostedZone: 0.5 };
/** What CloudWatch Logs charges for each event besides its text. */
const EVENT_BYTES = 26;
const MINUTES_A_MONTH = 60 * 24 * 30;

const NODE: NodeOutcome = {
  sample: nodeSample({
    pid: '1',
    uptime: '1234567',
    bytes: '1000000000',
    limit_maxbytes: '2000000000',
    curr_items: '1234567',
    curr_connections: '123',
    max_connections: '4096',
  }),
  rates: { Gets: 12345.678901, Hits: 11234.567891, Sets: 1234.567891, Evictions: 0, ListenDisabled: 0, Rejected: 0 },
  milliseconds: 1.234567,
  isFirst: false,
};
const OUTCOMES = { read_hit_1: 90, read_hit_2: 10, read_miss_1: 5, write_done_1: 9, write_done_5: 1 };
const PROXY: ProxyOutcome = {
  sample: { debts: 0, counters: {} },
  rates: {
    ...OUTCOMES,
    BackendErrors: 0,
    Failovers: 12.345678,
    MarkedBad: 0,
    DebtsPaid: 0,
    NodesEmptied: 0,
    WarmUps: 0,
  },
  milliseconds: 1.234567,
  isFirst: false,
};

/** What a month costs with everything as the ready-made stack has it in three zones. */
function costsOf(metricDetail: CacheMetricDetail) {
  const app = new App({ context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES } });
  const stack = new HaCacheStack(app, 'HaCache', { env: { account: ACCOUNT, region: REGION }, metricDetail });
  const resources = Object.values(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>);
  const ofType = (type: string): Resource[] => resources.filter(({ Type }) => Type === type);

  const [schedule] = ofType('AWS::Scheduler::Schedule');
  const event: ProbeEvent = JSON.parse(textOf(schedule.Properties.Target.Input));
  const lines = report(
    event,
    {
      nodes: event.nodes.map(() => NODE),
      proxies: { all: ['10.0.1.10', '10.0.2.10', '10.0.3.10'].map((address) => ({ address, outcome: PROXY })) },
      canary: { milliseconds: 3.456789 },
      copies: { CopiesDiffering: 0.003333, CopiesMissing: 0.013333 },
    },
    Date.now(),
  );
  const metrics = lines.flatMap(({ _aws }: any) => _aws?.CloudWatchMetrics[0].Metrics ?? []).length;
  const gigabytes =
    (lines.map((line) => JSON.stringify(line).length + EVENT_BYTES).reduce((a, b) => a + b) * MINUTES_A_MONTH) / 1e9;

  const alarmMetrics = ofType('AWS::CloudWatch::Alarm')
    .map(({ Properties: { Metrics, ThresholdMetricId } }) => {
      if (ThresholdMetricId) return 3; // the metric and both edges of the band
      return Metrics ? Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat).length : 1;
    })
    .reduce((a, b) => a + b);
  const composites = ofType('AWS::CloudWatch::CompositeAlarm').length;
  const alarms = alarmMetrics * PRICES.alarmMetric + composites * PRICES.composite;
  const logs = gigabytes * PRICES.logGigabyte;
  const total = metrics * PRICES.metric + alarms + PRICES.dashboard + logs + PRICES.hostedZone;
  return { metrics, alarmMetrics, composites, gigabytes, total };
}

test.each(Object.values(CacheMetricDetail))('docs/costs.md says what %s costs', (detail) => {
  const { metrics, alarmMetrics, composites, gigabytes, total } = costsOf(detail);
  const row = [
    `\`${detail}\``,
    `${metrics}`,
    `${alarmMetrics} + ${composites}`,
    `${gigabytes.toFixed(1)} GB`,
    `$${Math.round(total)}`,
  ];
  const rows = readFileSync(join(__dirname, '../docs/costs.md'), 'utf8')
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .filter(Boolean),
    );
  expect(rows).toContainEqual(row);
  // The README has the least and the most.
  if (detail !== 'ZONE') {
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    expect(readme).toMatch(new RegExp(`monitoring [^;,]*\\$${Math.round(total)}\\b`));
  }
});
