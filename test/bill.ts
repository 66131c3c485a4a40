import type { ProbeEvent } from '../lib/contract/probe-event';
import { nodeSample } from '../lambda/probe/node-statistics';
import { report, type NodeOutcome, type ProxyOutcome } from '../lambda/probe/report';
import { textOf, type Resource } from './synth';

/** US dollars, by what docs/costs.md calls it. */
export type Prices = Record<string, number>;

/** What is charged for having it, in US dollars a month; and what of the monitoring is counted. */
export interface Bill {
  readonly nodes: number;
  readonly proxies: number;
  readonly loadBalancers: number;
  readonly natGateways: number;
  readonly vpcEndpoints: number;
  readonly monitoring: number;
  readonly total: number;
  readonly metrics: number;
  readonly alarmMetrics: number;
  readonly composites: number;
  readonly logGigabytes: number;
}

const HOURS_A_MONTH = 730;
const MINUTES_A_MONTH = 60 * 24 * 30;

/** What a month of a stack costs, as it stands in its template. What is charged by use is not in it, but for the probe's log. */
export function billOf(resources: Record<string, Resource>, prices: Prices): Bill {
  const ofType: OfType = (type) =>
    Object.values(resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const hourly = (what: string): number => price(prices, what) * HOURS_A_MONTH;

  const task = ({ TaskDefinition }: Properties): number => {
    const { Cpu, Memory } = resources[TaskDefinition.Ref].Properties;
    return (Cpu / 1024) * hourly('vCPU of a Fargate task') + (Memory / 1024) * hourly('GB of a Fargate task');
  };
  // Those that scale state no count.
  const [nodes, proxies] = [true, false].map((fixed) =>
    ofType('AWS::ECS::Service').filter(({ DesiredCount }) => (DesiredCount !== undefined) === fixed),
  );
  const proxyCount = sum(ofType('AWS::ApplicationAutoScaling::ScalableTarget').map(({ MinCapacity }) => MinCapacity));
  const { dollars: monitoring, ...counts } = monitoringOf(ofType, prices, proxyCount);
  const items = {
    nodes:
      sum(nodes.map(task)) +
      ofType('AWS::AutoScaling::AutoScalingGroup').length *
        sum(ofType('AWS::EC2::LaunchTemplate').map((each) => instance(each.LaunchTemplateData, prices))),
    proxies: sum(proxies.map((each) => proxyCount * task(each))),
    loadBalancers: ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').length * hourly('Network Load Balancer'),
    natGateways: ofType('AWS::EC2::NatGateway').length * (hourly('NAT gateway') + hourly('public IPv4 address')),
    vpcEndpoints:
      sum(ofType('AWS::EC2::VPCEndpoint').map(({ SubnetIds }) => SubnetIds?.length ?? 0)) *
      hourly('interface endpoint in a zone'),
    monitoring,
  };
  return { ...items, total: sum(Object.values(items)), ...counts };
}

type Properties = Resource['Properties'];
type OfType = (type: string) => Properties[];

function price(prices: Prices, what: string): number {
  if (!(what in prices)) throw new Error(`no price of '${what}', expected a row of docs/costs.md`);
  return prices[what];
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function instance(launch: Properties, prices: Prices): number {
  const volumes: { Ebs: { VolumeSize: number; VolumeType: string } }[] = launch.BlockDeviceMappings;
  return (
    price(prices, launch.InstanceType) * HOURS_A_MONTH +
    sum(volumes.map(({ Ebs }) => Ebs.VolumeSize * price(prices, `GB of ${Ebs.VolumeType}`)))
  );
}

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
const OUTCOMES = {
  read_hit_1: 90,
  read_hit_2: 10,
  read_miss_1: 5,
  read_error_200: 1,
  write_done_1: 9,
  write_done_5: 1,
  write_error_200: 1,
};
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

/** What CloudWatch Logs charges for each event besides its text. */
const EVENT_BYTES = 26;

function monitoringOf(ofType: OfType, prices: Prices, proxies: number) {
  const lines = ofType('AWS::Scheduler::Schedule').flatMap(({ Target }) =>
    linesOf(JSON.parse(textOf(Target.Input)), proxies),
  );
  const metrics = lines.flatMap(({ _aws }: any) => _aws?.CloudWatchMetrics[0].Metrics ?? []).length;
  const bytes = sum(lines.map((line) => JSON.stringify(line).length + EVENT_BYTES));
  const logGigabytes = (bytes * MINUTES_A_MONTH) / 1e9;
  const alarmMetrics = sum(ofType('AWS::CloudWatch::Alarm').map(metricsIn));
  const composites = ofType('AWS::CloudWatch::CompositeAlarm').length;
  const dollars =
    metrics * price(prices, 'metric') +
    alarmMetrics * price(prices, 'metric in an alarm') +
    composites * price(prices, 'composite alarm') +
    ofType('AWS::CloudWatch::Dashboard').length * price(prices, 'dashboard') +
    logGigabytes * price(prices, 'GB written to the log') +
    ofType('AWS::ServiceDiscovery::PrivateDnsNamespace').length * price(prices, 'private hosted zone');
  return { dollars, metrics, alarmMetrics, composites, logGigabytes };
}

/** What the probe writes each minute. */
function linesOf(event: ProbeEvent, proxies: number) {
  const outcomes = Array.from({ length: proxies }, (_, i) => ({ address: `10.0.1.${10 + i}`, outcome: PROXY }));
  return report(
    event,
    {
      nodes: event.nodes.map(() => NODE),
      proxies: event.proxies && { all: outcomes },
      canary: event.endpoint && { milliseconds: 3.456789 },
      copies: event.copies ? { CopiesDiffering: 0.003333, CopiesMissing: 0.013333 } : undefined,
    },
    Date.now(),
  );
}

function metricsIn({ Metrics, ThresholdMetricId }: Properties): number {
  if (ThresholdMetricId) return 3; // the metric and both edges of the band
  return Metrics ? Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat).length : 1;
}
