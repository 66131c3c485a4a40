import { CfnOutput, Stack, type Environment } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import {
  CacheDashboard,
  CacheLoadBalancer,
  CacheRole,
  CachePrometheus,
  CacheTopology,
  ContainerCommands,
  Endpoint,
  MemcachedCluster,
  MemcachedNode,
  MemcachedNodes,
  PrometheusExporter,
  Routing,
  type IMemcachedCluster,
  type MemcachedClusterOptions,
} from '../lib';
import { Deployment } from './deployment';
import { ELSEWHERE, FAR_PLACES, HOME, home, LINKED_PLACES, newApp, PLACES, type Places } from './places';
import { ACCOUNT, REGION, threeZones } from './synth';

// An identity belongs to the stack that made it: whatever leaves a cluster means the same wherever it is used.

const CLUSTERS: Record<string, MemcachedClusterOptions> = {
  'on EC2, replicated': { prometheus: PrometheusExporter.official() },
  'on Fargate, sharded': { nodes: MemcachedNodes.fargate(), topology: CacheTopology.sharded() },
  'of clients that know the nodes': {
    topology: CacheTopology.sharded(),
    routing: Routing.clientSide({ autoDiscovery: true }),
  },
};

function clusterIn(stack: Stack, options: MemcachedClusterOptions = {}): MemcachedCluster {
  return new MemcachedCluster(stack, 'Cache', { vpc: threeZones(stack), ...options });
}

const withoutDashboard = { dashboard: false };

/** A process whose log bears the name of the cluster. */
const SIDECAR = {
  process: 'sidecar',
  role: CacheRole.PROXY,
  image: ContainerImage.fromRegistry('registry.example/sidecar:1'),
  command: 'exec sidecar',
  port: 11211,
  healthProbe: 'true',
};

const OURS = [MemcachedCluster, MemcachedNode, Endpoint, CachePrometheus, CacheLoadBalancer];

/** TypeScript's private members are there at run time. */
const PRIVATE = ['facts', 'monitoring', 'options', 'node'];

/** Every string that a cluster shows, by its path: of the library's own objects, and of the alarms that it names. */
function publicStrings(value: unknown, path = 'cluster'): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((each, i) => publicStrings(each, `${path}[${i}]`));
  if (value instanceof cloudwatch.CompositeAlarm) {
    return [
      [`${path}.alarmArn`, value.alarmArn],
      [`${path}.alarmName`, value.alarmName],
    ];
  }
  const type = OURS.find((each) => value instanceof each);
  if (!type) return [];
  const getters = Object.entries(Object.getOwnPropertyDescriptors(type.prototype)).filter(([, { get }]) => get);
  const inherited = type === MemcachedCluster ? ['serverList'] : [];
  return [...Object.keys(value as object), ...getters.map(([name]) => name), ...inherited]
    .filter((key) => !key.startsWith('_') && !PRIVATE.includes(key))
    .flatMap((key) => publicStrings((value as any)[key], `${path}.${key}`));
}

describe.each(Object.entries(CLUSTERS))('a cluster %s', (_, options) => {
  test.each(Object.entries(PLACES))('every string is the same in %s', (_place, places) => {
    const app = newApp();
    const { owner, reader } = places(app);
    const cluster = clusterIn(owner, { ...withoutDashboard, ...options });
    const script = ContainerCommands.script(SIDECAR, cluster.clusterName);
    const strings = [...publicStrings(cluster), ['the script of a container', script] as const];
    strings.forEach(([, value], i) => new CfnOutput(reader, `Read${i}`, { value }));
    const deployment = new Deployment(app);
    const { Outputs } = deployment.template(reader);
    const read = strings.map(([path], i) => [path, deployment.text(Outputs[`Read${i}`].Value, reader)]);
    const meant = strings.map(([path, value]) => [path, deployment.text(owner.resolve(value), owner)]);
    expect(read).toEqual(meant);
    expect(strings.map(([path]) => path)).toEqual(
      expect.arrayContaining(['cluster.clusterName', 'cluster.nodes[0].endpoint.hostname', 'cluster.serverList']),
    );
  });
});

/** Every metric that an object of metrics has a method for. */
function metricsOf(metrics: object): cloudwatch.Metric[] {
  const names = new Set<string>();
  for (let type = Object.getPrototypeOf(metrics); type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    Object.getOwnPropertyNames(type).forEach((name) => names.add(name));
  }
  for (const other of ['constructor', 'metric', 'inZone']) names.delete(other);
  return [...names].map((name) => (metrics as any)[name]());
}

/** The metrics under the cluster's own name, which is known everywhere. */
function probedMetrics({ metrics, nodes }: IMemcachedCluster): cloudwatch.Metric[] {
  const { backendErrors, failovers, markedBad, reachable } = metrics.proxies;
  return [
    ...metricsOf(metrics),
    ...metricsOf(metrics.inZone('b')),
    ...nodes.flatMap((node) => metricsOf(node.metrics)),
    ...[backendErrors, failovers, markedBad, reachable].map((metric) => metric.call(metrics.proxies)),
  ];
}

/** The metrics of what AWS names. */
function namedMetrics({ metrics, nodes }: MemcachedCluster): cloudwatch.IMetric[] {
  return [
    ...metricsOf(metrics.loadBalancer),
    metrics.proxies.cpuUtilization(),
    metrics.proxies.memoryUtilization(),
    ...nodes.map((node) => (node as MemcachedNode).inServiceMetric),
  ];
}

interface Drawn {
  readonly dimensions: string[];
  readonly options: Record<string, unknown>;
}

/** The metrics of a dashboard, as they are once it is deployed. */
function drawn(deployment: Deployment, stack: Stack): Drawn[] {
  return bodyOf(deployment, stack)
    .widgets.flatMap(({ properties }) => properties.metrics ?? [])
    .map((entry) => ({
      dimensions: entry.filter((part) => typeof part === 'string'),
      options: entry.find((part) => typeof part === 'object') ?? {},
    }));
}

interface Body {
  readonly widgets: { type: string; properties: { title?: string; alarms?: string[]; metrics?: any[][] } }[];
}

function bodyOf(deployment: Deployment, stack: Stack): Body {
  const resources = Object.values<any>(deployment.template(stack).Resources);
  const dashboards = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  return JSON.parse(deployment.text(dashboards.at(-1).Properties.DashboardBody, stack));
}

function draw(scope: Construct, metrics: cloudwatch.IMetric[]): void {
  new cloudwatch.Dashboard(scope, 'Own', {
    widgets: metrics.map((metric) => [new cloudwatch.GraphWidget({ left: [metric] })]),
  });
}

/** The name under which the probe publishes: what the schedule of the cluster's stack hands to it. */
function publishedName(deployment: Deployment, owner: Stack): string {
  const resources = Object.values<any>(deployment.template(owner).Resources);
  const { Properties } = resources.find(({ Type }) => Type === 'AWS::Scheduler::Schedule');
  return JSON.parse(deployment.text(Properties.Target.Input, owner)).cluster;
}

describe.each(Object.entries(PLACES))('in %s', (_, places) => {
  test('every metric, and an alarm on one, is of what is published', () => {
    const app = newApp();
    const { owner, reader } = places(app);
    const cluster = clusterIn(owner, withoutDashboard);
    const probed = probedMetrics(cluster);
    draw(reader, [...probed, ...namedMetrics(cluster)]);
    cluster.metrics.hitRatio().createAlarm(reader, 'OnHitRatio', { threshold: 0.5, evaluationPeriods: 1 });
    const deployment = new Deployment(app);
    const lines = drawn(deployment, reader);
    const name = publishedName(deployment, owner);
    expect(lines.length).toBeGreaterThan(60);
    const names = (some: Drawn[]): string[] => [...new Set(some.map(({ dimensions }) => dimensions[3]))];
    expect(names(lines.slice(0, probed.length))).toEqual([name]);
    const stackName = deployment.text({ Ref: 'AWS::StackName' }, owner);
    expect(name).toMatch(new RegExp(`^${stackName}-`));
    for (const each of names(lines.slice(probed.length))) expect(each).toMatch(new RegExp(`^${stackName}\\.Cache`));
    expect(lines.filter(({ options }) => 'region' in options || 'accountId' in options)).toEqual([]);

    const alarms = Object.entries<any>(deployment.template(reader).Resources).filter(([id]) =>
      id.startsWith('OnHitRatio'),
    );
    const dimensions = alarms.flatMap(([, { Properties }]) => Properties.Dimensions);
    expect(dimensions.map(({ Value }) => deployment.text(Value, reader))).toEqual([name]);
  });

  test('the dashboard is the one in its own stack', () => {
    const app = newApp();
    const { owner, reader } = places(app);
    const cluster = clusterIn(owner, { nodes: MemcachedNodes.ec2({ nodesPerZone: 9 }) });
    new CacheDashboard(reader, 'Dashboard', { cluster });
    const deployment = new Deployment(app);
    expect(bodyOf(deployment, reader)).toEqual(bodyOf(deployment, owner));
  });
});

function farAway(places: Places, options: MemcachedClusterOptions = {}) {
  const app = newApp();
  const { owner, reader } = places(app);
  const cluster = clusterIn(owner, { ...withoutDashboard, ...options });
  const { region, account } = ELSEWHERE;
  const place = {
    ...(reader.region === region && { region: REGION }),
    ...(reader.account === account && { accountId: ACCOUNT }),
  };
  return { app, owner, reader, cluster, place };
}

describe.each(Object.entries({ ...FAR_PLACES, ...LINKED_PLACES }))('in %s', (_, places) => {
  test('the name and the probe’s metrics are those that are published, in their account and region', () => {
    const { app, owner, reader, cluster, place } = farAway(places);
    draw(reader, probedMetrics(cluster));
    new CfnOutput(reader, 'Name', { value: cluster.clusterName });
    const deployment = new Deployment(app);
    const name = publishedName(deployment, owner);
    expect(deployment.text(deployment.template(reader).Outputs.Name.Value, reader)).toBe(name);
    for (const { dimensions, options } of drawn(deployment, reader)) {
      expect(dimensions.slice(2, 4)).toEqual(['Cluster', name]);
      expect(options).toMatchObject(place);
    }
  });
});

describe.each(Object.entries(FAR_PLACES))('in %s', (_, places) => {
  test.each([
    ['few nodes', MemcachedNodes.ec2()],
    ['more nodes than a graph has lines, which it searches for', MemcachedNodes.ec2({ nodesPerZone: 9 })],
  ])('a dashboard of %s has what can be seen from there, in its account and region', (_title, nodes) => {
    const { app, owner, reader, cluster, place } = farAway(places, { nodes });
    new CacheDashboard(owner, 'There', { cluster });
    new CacheDashboard(reader, 'Here', { cluster });
    const deployment = new Deployment(app);
    const { widgets } = bodyOf(deployment, reader);
    const name = publishedName(deployment, owner);
    for (const { dimensions, options } of drawn(deployment, reader)) {
      expect(options).toMatchObject(place);
      expect(dimensions[3] ?? options.expression).toContain(name);
    }
    const titles = widgets.map(({ properties: { title } }) => title);
    const left = bodyOf(deployment, owner).widgets.map(({ properties: { title } }) => title);
    expect(left.filter((title) => !titles.includes(title))).toEqual([
      'Alarms',
      'Through the endpoint',
      'Troubles of the endpoint',
      'Proxies, CPU and memory',
    ]);
    expect(titles).toContain('From proxies to nodes');
  });

  test('rows that are made for the cluster’s own place say what to do', () => {
    const { app, reader, cluster } = farAway(places);
    const own = new cloudwatch.Dashboard(reader, 'Own');
    for (const row of CacheDashboard.widgets(cluster)) own.addWidgets(...row);
    expect(() => app.synth()).toThrow(/is used in another account or region, expected .*CacheDashboard\.widgets/);
  });

  test('rows that are made for the place fit', () => {
    const { app, reader, cluster } = farAway(places);
    const own = new cloudwatch.Dashboard(reader, 'Own');
    for (const row of CacheDashboard.widgets(cluster, reader)) own.addWidgets(...row);
    expect(() => app.synth()).not.toThrow();
  });

  test('a metric under a name that AWS gives says what to do', () => {
    const { app, reader, cluster } = farAway(places);
    draw(reader, [cluster.metrics.proxies.cpuUtilization()]);
    expect(() => app.synth()).toThrow(
      /is used in another account or region, expected .*fromMemcachedClusterAttributes/,
    );
  });
});

test.each(Object.entries(LINKED_PLACES))('in %s the dashboard has everything', (_, places) => {
  const { app, owner, reader, cluster } = farAway(places);
  new CacheDashboard(owner, 'There', { cluster });
  new CacheDashboard(reader, 'Here', { cluster });
  const deployment = new Deployment(app);
  const dimensions = (stack: Stack): string[][] => drawn(deployment, stack).map((each) => each.dimensions);
  expect(dimensions(reader)).toEqual(dimensions(owner));
  const alarms = (stack: Stack): unknown => bodyOf(deployment, stack).widgets[1].properties.alarms;
  expect(alarms(reader)).toEqual(alarms(owner));
});

describe('a dashboard with an account and a region', () => {
  const warning = {
    id: 'cdk-memcached:unknownHome',
    of: 'the region and account of Home/Cache is not known, expected one',
  };

  function warningsOf(env: Environment | undefined): string[] {
    const app = newApp();
    const cluster = clusterIn(new Stack(app, 'Home', { env }), withoutDashboard);
    const reader = home(app, 'Other');
    new CacheDashboard(reader, 'Dashboard', { cluster });
    return Annotations.fromStack(reader)
      .findWarning('*', Match.stringLikeRegexp(warning.id))
      .map(({ entry }) => String(entry.data));
  }

  test('of a cluster without them: a warning', () => {
    expect(warningsOf(undefined)).toEqual([expect.stringContaining(warning.of)]);
  });

  test('of a cluster with them: none, as the warning advises', () => {
    expect(warningsOf(HOME)).toEqual([]);
  });
});

test('an alarm in another account names the account that publishes', () => {
  const app = newApp();
  const reader = new Stack(app, 'Far', { env: { ...HOME, account: ELSEWHERE.account } });
  clusterIn(home(app, 'Home')).metrics.hitRatio().createAlarm(reader, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  const [{ Properties }] = Object.values<any>(new Deployment(app).template(reader).Resources);
  expect(Properties.Metrics[0].AccountId).toBe(ACCOUNT);
});

describe('an imported cluster', () => {
  const names = {
    endpointAddress: 'cache.internal',
    clusterName: 'Home-Cache',
    nodeEndpoints: [new Endpoint('10.0.0.1', 11211)],
    nodeNames: ['a1'],
    loadBalancerFullName: 'net/cache/1',
    targetGroupFullName: 'targetgroup/cache/1',
    ecsClusterName: 'cache',
    proxyServiceName: 'proxies',
  };

  test.each([
    ['of another region and account', HOME, ELSEWHERE, { region: REGION, accountId: ACCOUNT }],
    ['of the same region and account', HOME, HOME, {}],
    ['of no account or region', {}, HOME, {}],
    ['of a region, in a stack for any environment', HOME, {}, { region: REGION, accountId: ACCOUNT }],
  ])('%s: all of its metrics and its dashboard', (_, place, env, expected) => {
    const app = newApp();
    const stack = new Stack(app, 'Import', { env });
    const cluster = MemcachedCluster.fromMemcachedClusterAttributes(stack, 'Cache', { ...names, ...place });
    // Without the names of its nodes, the dashboard searches for zones and nodes.
    const others = { ...names, ...place, nodeNames: undefined };
    const searched = MemcachedCluster.fromMemcachedClusterAttributes(stack, 'Searched', others);
    const own = new cloudwatch.Dashboard(stack, 'Own');
    for (const row of [cluster, searched].flatMap((each) => CacheDashboard.widgets(each))) own.addWidgets(...row);
    const lines = drawn(new Deployment(app), stack);
    expect(lines.length).toBeGreaterThan(40);
    for (const { options } of lines) {
      const { region, accountId } = options;
      expect({ region, accountId }).toEqual({ region: undefined, accountId: undefined, ...expected });
    }
  });

  test.each([
    ['region', 'Ireland', "region is 'Ireland', expected the name of a region"],
    ['region', '', "region is '', expected the name of a region"],
    ['account', '12345', "account is '12345', expected the twelve digits"],
  ])('%s: %p is an error', (name, value, message) => {
    const attributes = { ...names, [name]: value };
    expect(() => MemcachedCluster.fromMemcachedClusterAttributes(new Stack(), 'Cache', attributes)).toThrow(message);
  });

  test.each(['us-gov-west-1', 'cn-north-1', 'us-iso-east-1', 'eusc-de-east-1', 'ap-southeast-2'])(
    'region %s',
    (region) => {
      expect(() =>
        MemcachedCluster.fromMemcachedClusterAttributes(new Stack(), 'C', { ...names, region }),
      ).not.toThrow();
    },
  );
});
