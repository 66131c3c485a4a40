import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import {
  CacheDashboard,
  CacheTopology,
  ClientAffinity,
  Endpoint,
  MemcachedCluster,
  MemcachedNodes,
  CacheMetricDetail,
  Routing,
  type IMemcachedCluster,
  type MemcachedClusterAttributes,
  type MemcachedClusterProps,
} from '../../../lib';
import { alarmStatus } from '../../../lib/monitoring/dashboard/layout';
import { regionalStack, SynthesizedCluster, textOf } from '../../synth';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Record<string, any>;
}

/** A line of a graph: the last member of each says how it is drawn. */
type Line = [...string[], Record<string, any>];

const linesOf = ({ properties }: Widget): Line[] => properties.metrics;
const optionsOf = (line: Line): Record<string, any> => line.at(-1) as Record<string, any>;
const labelsOf = (widget: Widget): string[] => linesOf(widget).map((line) => optionsOf(line).label);

/** The dashboard of a cluster, as CloudWatch gets it. */
class Shown {
  public readonly widgets: Widget[];

  constructor(cluster: IMemcachedCluster) {
    // Not its own dashboard: an imported cluster has none.
    const shown = new CacheDashboard(Stack.of(cluster), 'Shown', { cluster }).dashboard;
    const stack = Stack.of(cluster);
    const id = stack.getLogicalId(shown.node.defaultChild as cloudwatch.CfnDashboard);
    const { Properties } = Template.fromStack(stack).toJSON().Resources[id];
    this.widgets = JSON.parse(textOf(Properties.DashboardBody)).widgets;
  }

  public get graphs(): Widget[] {
    return this.widgets.filter(({ type }) => type === 'metric');
  }

  public get titles(): string[] {
    return this.graphs.map(({ properties }) => properties.title);
  }

  public get headings(): string[] {
    const texts = this.widgets.filter(({ type }) => type === 'text');
    return texts.map(({ properties }) => /^#+ (\w+ ?\w*)/.exec(properties.markdown)![1]);
  }

  public get metricNames(): string[] {
    return this.graphs.flatMap(linesOf).map(([namespace, name]) => `${namespace as string} ${name as string}`);
  }

  public graph(title: string): Widget {
    const found = this.graphs.find(({ properties }) => properties.title === title);
    if (!found) throw new Error(`no graph '${title}' among ${this.titles.join('; ')}`);
    return found;
  }
}

const made = (props: Partial<MemcachedClusterProps> = {}) => new Shown(new SynthesizedCluster(props).cluster);

const imported = (attributes: MemcachedClusterAttributes) =>
  new Shown(MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Imported', attributes));

const CLIENT_SIDE = { topology: CacheTopology.sharded(), routing: Routing.clientSide() };
const MANY = 34;
const NODE_NAMES = ['a1', 'b1', 'c1'];
const nodeEndpoints = NODE_NAMES.map((name) => new Endpoint(`${name}.internal`, 11211));
const KNOWN: MemcachedClusterAttributes = {
  endpointAddress: 'cache.internal',
  nodeEndpoints,
  nodeNames: NODE_NAMES,
  clusterName: 'Elsewhere',
  loadBalancerFullName: 'net/lb/1',
  targetGroupFullName: 'targetgroup/tg/2',
  ecsClusterName: 'ecs',
  proxyServiceName: 'proxies',
};

const created = made();
const known = imported(KNOWN);
const unknown = imported({ endpointAddress: 'cache.internal', clusterName: 'Elsewhere' });
const unprobed = made({ probe: false });
const clientSide = made(CLIENT_SIDE);
const six = made({ nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }) });
const byOutcome = made({ latencyByOutcome: true, nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }) });
const large = made({ nodes: MemcachedNodes.ec2({ nodesPerZone: MANY }) });

const ALL: [string, Shown][] = [
  ['a cluster', created],
  ['metrics by zone', made({ metricDetail: CacheMetricDetail.ZONE })],
  ['metrics of the cluster', made({ metricDetail: CacheMetricDetail.CLUSTER })],
  ['metrics by outcome', byOutcome],
  ['no probe', unprobed],
  ['clients that connect to the nodes', clientSide],
  ['such clients and no probe', made({ ...CLIENT_SIDE, probe: false })],
  ['nodes behind the load balancer', made({ routing: Routing.networkLoadBalancer() })],
  ['proxies that do not tell of nodes', made({ routing: Routing.nginxStream() })],
  ['six nodes', six],
  ['102 nodes', large],
  ['an imported cluster', known],
  ['an imported cluster of unknown nodes', unknown],
  ['an imported cluster of which nothing is known', imported({ endpointAddress: 'cache.internal' })],
];

describe.each(ALL)('%s', (_, { widgets, graphs }) => {
  test('fills the grid without a hole', () => {
    const cells = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      for (let cell = 0; cell < width * height; cell++)
        cells.add(`${x + (cell % width)},${y + Math.floor(cell / width)}`);
    }
    const rows = Math.max(...widgets.map(({ y, height }) => y + height));
    expect(cells.size).toBe(24 * rows);
    expect(widgets.reduce((sum, { width, height }) => sum + width * height, 0)).toBe(24 * rows);
  });

  test('has no empty graph and no nameless axis', () => {
    for (const graph of graphs) {
      expect(linesOf(graph).length).toBeGreaterThan(0);
      expect(graph.properties.title).toBeTruthy();
      expect(graph.properties.yAxis.left).toMatchObject({ min: 0, label: expect.stringMatching(/./) });
    }
  });

  test('shows each minute, and names each line', () => {
    for (const line of graphs.flatMap(linesOf)) {
      expect(optionsOf(line)).toMatchObject({ period: 60, label: expect.stringMatching(/./) });
    }
  });

  test('stays within CloudWatch’s limits', () => {
    const counts = graphs.map((graph) => linesOf(graph).length);
    expect(Math.max(0, ...counts)).toBeLessThanOrEqual(500);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2500);
    const alarms = widgets.find(({ type }) => type === 'alarm')?.properties.alarms ?? [];
    expect(alarms.length).toBeLessThanOrEqual(100);
  });
});

describe('what stands where', () => {
  test('health comes first, then traffic, hit ratio, memory, clients and network', () => {
    expect(created.headings).toEqual(['Health of', 'Traffic', 'Hit ratio', 'Memory', 'Clients', 'Network']);
  });

  test('each section says what is good', () => {
    for (const { properties } of created.widgets.filter(({ type }) => type === 'text')) {
      expect(properties.markdown).toMatch(/\nGood: /);
    }
  });

  test('the alarms stand above all graphs, those that fire first', () => {
    const alarm = created.widgets.findIndex(({ type }) => type === 'alarm');
    const graph = created.widgets.findIndex(({ type }) => type === 'metric');
    expect(alarm).toBeLessThan(graph);
    const { alarms, sortBy } = created.widgets[alarm].properties;
    expect(sortBy).toBe('stateUpdatedTimestamp');
    expect(alarms.slice(0, 2)).toEqual([
      expect.stringContaining('CacheDown'),
      expect.stringContaining('CacheDegraded'),
    ]);
  });

  test('more alarms than CloudWatch takes: the first of them', () => {
    const arns = Array.from({ length: 130 }, (_, i) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:A${i}`);
    const stack = regionalStack();
    const alarms = arns.map((arn, i) => cloudwatch.Alarm.fromAlarmArn(stack, `Alarm${i}`, arn));
    const [{ properties }] = alarmStatus(alarms).toJson();
    expect(properties.alarms).toEqual(arns.slice(0, 100));
  });

  test.each([
    ['Hit ratio, by zone', 0.25],
    ['Memory of the fullest node, by zone', 0.9],
    ['Connections of the busiest node, by zone', 0.8],
  ])('%s: a line where its alarm fires', (title, value) => {
    const { annotations } = created.graph(title).properties;
    expect(annotations.horizontal).toEqual([expect.objectContaining({ value, label: 'alarm' })]);
  });

  test('an alarm that is tuned or switched off has its line moved or gone', () => {
    const tuned = made({ alarms: { hitRatioLow: { threshold: 0.7 }, memoryFull: { enabled: false } } });
    const { annotations } = tuned.graph('Hit ratio, by zone').properties;
    expect(annotations.horizontal).toEqual([expect.objectContaining({ value: 0.7 })]);
    expect(tuned.graph('Memory of the fullest node, by zone').properties.annotations).toBeUndefined();
  });

  test('an imported cluster shows the same graphs as one made here', () => {
    expect(known.titles).toEqual(created.titles);
    expect(known.metricNames).toEqual(created.metricNames);
  });
});

describe('zones', () => {
  const ZONAL = created.titles.filter((title) => title.endsWith(', by zone'));

  test('are told apart throughout', () => {
    expect(ZONAL.length).toBeGreaterThanOrEqual(10);
  });

  test.each(ZONAL)('%s: a line for each, in its colour', (title) => {
    const colors = linesOf(created.graph(title)).map((line) => [optionsOf(line).label, optionsOf(line).color]);
    expect(Object.fromEntries(colors)).toMatchObject({
      'zone a': cloudwatch.Color.BLUE,
      'zone b': cloudwatch.Color.ORANGE,
      'zone c': cloudwatch.Color.GREEN,
    });
  });

  test('stand beside the cluster in the hit ratio, from 0 to 1', () => {
    const graph = created.graph('Hit ratio, by zone');
    expect(labelsOf(graph)).toEqual(['cluster', 'zone a', 'zone b', 'zone c']);
    expect(graph.properties.yAxis.left).toMatchObject({ min: 0, max: 1 });
  });

  test('that are unknown are searched for', () => {
    const [cluster, zones] = linesOf(unknown.graph('Gets, by zone'));
    expect(cluster.slice(0, 4)).toEqual(['CdkMemcached', 'Gets', 'Cluster', 'Elsewhere']);
    expect(optionsOf(zones).expression).toBe(
      `SEARCH('{CdkMemcached,Cluster,Zone} Cluster="Elsewhere" MetricName="Gets"', 'Average', 60)`,
    );
  });

  test('that are not published are not shown', () => {
    const whole = made({ metricDetail: CacheMetricDetail.CLUSTER });
    expect(labelsOf(whole.graph('Hit ratio'))).toEqual(['cluster']);
    expect(JSON.stringify(whole.widgets)).not.toContain('"Zone"');
  });
});

describe('nodes', () => {
  test.each(['Nodes that answer', 'Hit ratio', 'Memory'])('%s: a line for each', (title) => {
    expect(labelsOf(six.graph(`${title}, by node`)).sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  });

  test('are shown with latencies by outcome too', () => {
    expect(byOutcome.titles).toEqual(expect.arrayContaining(six.titles));
    expect(byOutcome.titles.filter((title) => !six.titles.includes(title))).toEqual(['What clients wait for']);
    expect(linesOf(byOutcome.graph('What clients wait for')).map(([, name]) => name)).toEqual(
      ['ReadHit', 'ReadMiss', 'ReadError', 'WriteDone', 'WriteError'].map((outcome) => `${outcome}Latency`),
    );
  });

  test('that are alone in their zones are not shown beside them', () => {
    expect(created.titles.filter((title) => title.includes('by node'))).toEqual([]);
  });

  test('of one zone are in different shades', () => {
    const colors = linesOf(six.graph('Hit ratio, by node')).map((line) => optionsOf(line).color);
    expect(new Set(colors).size).toBe(6);
  });

  test.each([
    ['Hit ratio, the 10 lowest', 'HitRatio', 'MIN, ASC, 10'],
    ['Memory, the 10 highest', 'BytesUsedRatio', 'MAX, DESC, 10'],
  ])('too many for lines of their own: %s', (title, name, order) => {
    const [line] = linesOf(large.graph(title));
    const { expression } = optionsOf(line);
    expect(expression).toMatch(/^SORT\(SEARCH\('\{CdkMemcached,Cluster,Node\} Cluster="/);
    expect(expression).toContain(`MetricName="${name}"', 'Average', 60), ${order})`);
  });

  test('of an unknown number are searched for', () => {
    expect(unknown.titles).toContain('Hit ratio, the 10 lowest');
  });

  test('that are not published are not shown', () => {
    const { widgets, titles } = made({
      metricDetail: CacheMetricDetail.ZONE,
      nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }),
    });
    expect(titles.filter((title) => title.includes('by node'))).toEqual([]);
    expect(JSON.stringify(widgets)).not.toContain('"Node"');
  });
});

describe('what a cluster lacks', () => {
  test('no probe: only what AWS measures, and the text says so', () => {
    expect(unprobed.metricNames.filter((name) => !name.startsWith('AWS/'))).toEqual([]);
    expect(unprobed.headings).toEqual(['Health of', 'Traffic', 'Network']);
    expect(unprobed.widgets[0].properties.markdown).toContain('No probe');
  });

  test('no endpoint: neither canary nor load balancer nor proxies', () => {
    expect(clientSide.titles.filter((title) => /canary|endpoint|prox/i.test(title))).toEqual([]);
    expect(clientSide.metricNames.filter((name) => name.startsWith('AWS/'))).toEqual([]);
    expect(clientSide.widgets[0].properties.markdown).not.toContain('canary');
  });

  test('no proxies: targets, and nothing of proxies', () => {
    const behindBalancer = made({ routing: Routing.networkLoadBalancer() });
    expect(labelsOf(behindBalancer.graph('Targets of the endpoint'))).toEqual(['healthy targets', 'unhealthy targets']);
    expect(behindBalancer.titles.filter((title) => /prox/i.test(title))).toEqual([]);
  });

  test('clients that stay in their zone: its targets', () => {
    const routing = Routing.memcachedProxy({ minProxiesPerZone: 2 });
    const zonal = made({ routing, clientAffinity: ClientAffinity.ZONE }).graph('Proxies that answer');
    const of = (zone: string): string[] => [`healthy targets of zone ${zone}`, `unhealthy targets of zone ${zone}`];
    expect(labelsOf(zonal)).toEqual(['proxies', ...of('a'), ...of('b'), ...of('c')]);
    expect(linesOf(zonal)[1]).toEqual(expect.arrayContaining(['HealthyHostCount', 'AvailabilityZone', 'eu-west-1a']));
  });

  test('proxies that do not tell of nodes: no graph of their errors', () => {
    expect(created.titles).toContain('From proxies to nodes');
    expect(made({ routing: Routing.nginxStream() }).titles).not.toContain('From proxies to nodes');
  });

  test('nothing known of an imported cluster: no graph', () => {
    const { headings, graphs } = imported({ endpointAddress: 'cache.internal' });
    expect(headings).toEqual(['Health of']);
    expect(graphs).toEqual([]);
  });
});

describe('the construct', () => {
  test('shows three hours in their own minutes, under the given name', () => {
    const { stack, cluster } = new SynthesizedCluster({ dashboard: false });
    new CacheDashboard(stack, 'Dashboard', { cluster, dashboardName: 'on-call' });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    expect(Properties.DashboardName).toBe('on-call');
    expect(JSON.parse(textOf(Properties.DashboardBody))).toMatchObject({ start: '-PT3H', periodOverride: 'inherit' });
  });

  test('its rows fit into another dashboard', () => {
    const { stack, cluster } = new SynthesizedCluster({ dashboard: false });
    const own = new cloudwatch.Dashboard(stack, 'Own', {
      widgets: [[new cloudwatch.TextWidget({ markdown: 'ours' })]],
    });
    for (const row of CacheDashboard.widgets(cluster)) own.addWidgets(...row);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    const { widgets } = JSON.parse(textOf(Properties.DashboardBody));
    expect(widgets.slice(1).map(({ properties }: Widget) => properties.title)).toEqual(
      created.widgets.map(({ properties }) => properties.title),
    );
  });
});
