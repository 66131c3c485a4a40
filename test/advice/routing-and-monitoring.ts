import { Aws, Duration, Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  CacheDashboard,
  CacheMetricDetail,
  ClientAffinity,
  Endpoint,
  MemcachedNodes,
  PrometheusExporter,
  Routing,
} from '../../lib';
import { OneNode } from '../routing/one-node';
import { ACCOUNT, REGION } from '../synth';

import {
  type Case,
  sharded,
  tls,
  tlsOfProxies,
  trustStore,
  replicated,
  image,
  cluster,
  making,
  alarms,
  asking,
  stackOf,
  importing,
  nodeEndpoints,
  inStack,
  bare,
  given,
  dashboardOf,
  elsewhere,
  acknowledging,
} from './attempts';

export const CASES_OF_ROUTING_AND_MONITORING: Case[] = [
  // Routings.
  [
    'more connections than a proxy has memory for',
    making(() => ({ routing: Routing.memcachedProxy({ maxConnections: 20_000 }) })),
    making(() => ({ routing: Routing.memcachedProxy({}) })),
    making(() => ({ routing: Routing.memcachedProxy({ memoryLimitMiB: 1024, maxConnections: 20_000 }) })),
  ],
  [
    'twemproxy with copies',
    making({ routing: Routing.twemproxy({ image }) }),
    making({ routing: Routing.twemproxy({ image }), topology: sharded }),
    making({ routing: Routing.memcachedProxy() }),
  ],
  [
    'clients that choose the node, with copies',
    making({ routing: Routing.clientSide() }),
    making({ routing: Routing.clientSide(), topology: sharded }),
    making({ routing: Routing.memcachedProxy() }),
  ],
  [
    'TLS without an endpoint',
    tls({}, { routing: Routing.clientSide(), topology: sharded }),
    tls({}),
    making({ routing: Routing.clientSide(), topology: sharded }),
  ],
  [
    'TLS of proxies that end none',
    tlsOfProxies({}, { routing: Routing.haproxy() }),
    tlsOfProxies({}),
    tls({}, { routing: Routing.haproxy() }),
  ],
  ['a port that TLS of proxies takes', tlsOfProxies({}, { port: 11210 }), tlsOfProxies({}, { port: 11212 })],
  ['TLS for a name that is none', tls({ hostname: 'cache' }), tls({ hostname: 'cache.example.com' })],
  ['TLS on a port that is none', tls({ port: 443 }), tls({})],
  ['TLS and plain memcached on one port', tls({ plain: true }), tls({ plain: true, port: 11443 }), tls({})],
  [
    'mutual TLS beside a port that says nothing of plain clients',
    tls({ trustStore, port: 11443 }),
    tls({ trustStore, port: 11443, plain: false }),
    tls({ trustStore, port: 11443, plain: true }),
  ],
  [
    'an authority without a certificate',
    tls({ certificateAuthorities: './authority.pem' }),
    tls({ certificateAuthorities: '-----BEGIN CERTIFICATE-----' }),
    tls({}),
  ],
  [
    'a warm-up without copies',
    making({ routing: Routing.mcrouter({ image, warmUpTtl: Duration.hours(1) }), topology: sharded }),
    making({ routing: Routing.mcrouter({ image }), topology: sharded }),
    making({ routing: Routing.mcrouter({ image, warmUpTtl: Duration.hours(1) }), topology: replicated }),
  ],
  [
    'a long warm-up',
    making(() => ({ routing: Routing.mcrouter({ image, warmUpTtl: Duration.days(60) }) })),
    making(() => ({ routing: Routing.mcrouter({ image, warmUpTtl: Duration.days(1) }) })),
  ],
  [
    'one node with a standby',
    making({ nodes: new OneNode(), routing: Routing.haproxy({ standby: true }) }),
    making({ routing: Routing.haproxy({ standby: true }) }),
    making({ nodes: new OneNode(), routing: Routing.haproxy() }),
  ],
  [
    'a standby',
    making({ routing: Routing.haproxy({ standby: true }) }),
    making({ routing: Routing.memcachedProxy() }),
    acknowledging({ routing: Routing.haproxy({ standby: true }) }, 'cdk-memcached:standbyNodes'),
  ],
  [
    'independent nodes',
    making({ routing: Routing.haproxy() }),
    making({ routing: Routing.memcachedProxy() }),
    acknowledging({ routing: Routing.haproxy() }, 'cdk-memcached:independentNodes'),
  ],
  [
    'a parameter with a name from elsewhere',
    () => Routing.clientSide({ serverListParameterName: Aws.STACK_NAME }),
    () => Routing.clientSide({ serverListParameterName: '/cache/servers' }),
    () => Routing.clientSide(),
  ],
  ['no proxies', () => Routing.haproxy({ minProxiesPerZone: 0 }), () => Routing.haproxy({ minProxiesPerZone: 1 })],
  [
    'clients that stay in zones of one proxy',
    making({ clientAffinity: ClientAffinity.ZONE }),
    making({ clientAffinity: ClientAffinity.ZONE, routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }) }),
    making(() => ({
      clientAffinity: ClientAffinity.ZONE,
      routing: Routing.networkLoadBalancer(),
      nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }),
    })),
    making({ clientAffinity: ClientAffinity.PARTIAL }),
  ],
  [
    'fewer proxies at the most than at the least',
    () => Routing.haproxy({ minProxiesPerZone: 3, maxProxiesPerZone: 2 }),
    () => Routing.haproxy({ minProxiesPerZone: 3, maxProxiesPerZone: 3 }),
  ],
  [
    'more requests at once than a proxy has memory for',
    () => Routing.memcachedProxy({ maxActiveRequests: 50_000 }),
    () => Routing.memcachedProxy(),
    () => Routing.memcachedProxy({ maxActiveRequests: 50_000, cpu: 512, memoryLimitMiB: 1024 }),
  ],
  [
    'more memory for values than a proxy has',
    () => Routing.memcachedProxy({ maxBufferMemory: Size.mebibytes(500) }),
    () => Routing.memcachedProxy(),
    () => Routing.memcachedProxy({ maxBufferMemory: Size.mebibytes(500), memoryLimitMiB: 1024 }),
  ],
  [
    'more proxies than a service runs',
    () => Routing.haproxy({ maxProxiesPerZone: 501 }),
    () => Routing.haproxy({ maxProxiesPerZone: 500, cpu: 1024 }),
  ],
  [
    'proxies without room',
    () => Routing.haproxy({ targetCpuUtilizationPercent: 100 }),
    () => Routing.haproxy({ targetCpuUtilizationPercent: 90 }),
  ],
  [
    'the port of the health check',
    making({ routing: Routing.haproxy(), port: 8404 }),
    making({ routing: Routing.haproxy(), port: 8405 }),
  ],
  [
    'the port of the exporters',
    making({ prometheus: PrometheusExporter.official(), port: 9150 }),
    making({ prometheus: PrometheusExporter.official() }),
    making({ port: 9150 }),
  ],
  // Monitoring.
  [
    'an alarm that there is none of',
    asking({}, (made) => made.alarm('Lost')),
    asking({}, (made) => made.alarm('CacheDown')),
  ],
  ['a threshold that follows from the nodes', alarms({ nodeLost: { threshold: 1 } }), alarms({ nodeLost: {} })],
  [
    'a ratio above 1',
    alarms({ hitRatioLow: { threshold: 90 } }),
    alarms({ hitRatioLow: { threshold: 0.8 } }),
    alarms({ hitRatioLow: { enabled: false } }),
  ],
  [
    'an alarm over a week',
    alarms({ hitRatioLow: { duration: Duration.days(7) } }),
    alarms({ hitRatioLow: { duration: Duration.hours(1) } }),
  ],
  [
    'a log group that makes no metrics',
    making((stack) => ({
      logGroup: new logs.LogGroup(stack, 'Log', { logGroupClass: logs.LogGroupClass.INFREQUENT_ACCESS }),
    })),
    making((stack) => ({ logGroup: new logs.LogGroup(stack, 'Log', { logGroupClass: logs.LogGroupClass.STANDARD }) })),
    making({}),
  ],
  [
    'a metric without the probe',
    asking({ probe: false }, (made) => made.metrics.hitRatio()),
    asking({}, (made) => made.metrics.hitRatio()),
  ],
  [
    'a node’s metric without its detail',
    asking({ metricDetail: CacheMetricDetail.CLUSTER }, (made) => made.nodes[0].metrics.hitRatio()),
    asking({ metricDetail: CacheMetricDetail.NODE }, (made) => made.nodes[0].metrics.hitRatio()),
    asking({ metricDetail: CacheMetricDetail.CLUSTER }, (made) => made.metrics.hitRatio()),
  ],
  [
    'a latency by outcome that is not published',
    asking({}, (made) => made.metrics.proxies.readHitLatency()),
    asking({ latencyByOutcome: true }, (made) => made.metrics.proxies.readHitLatency()),
    asking({}, (made) => made.metrics.proxies.readLatency()),
  ],
  [
    'a metric that is none',
    asking({}, (made) => made.metrics.metric('HitRate')),
    asking({}, (made) => made.metrics.metric('HitRatio')),
  ],
  [
    'a dashboard of something else',
    inStack((stack) => new CacheDashboard(stack, 'Dashboard', { cluster: new Construct(stack, 'C') as never })),
    inStack((stack) => new CacheDashboard(stack, 'Dashboard', { cluster: cluster({}, stack) })),
    importing(
      { endpointAddress: 'cache', clusterName: 'C' },
      (made) => new CacheDashboard(made, 'Dashboard', { cluster: made }),
    ),
  ],
  [
    'a name that AWS gives, elsewhere',
    elsewhere((made) => made.metrics.proxies.cpuUtilization().dimensions),
    elsewhere((made, reader) =>
      CacheDashboard.widgets(made, reader)
        .flat()
        .map((widget) => widget.toJson()),
    ),
    importing({ endpointAddress: 'c', region: 'us-east-1', ecsClusterName: 'E', proxyServiceName: 'P' }, (made) =>
      made.metrics.proxies.cpuUtilization(),
    ),
  ],
  [
    'a dashboard that knows its region, of a cluster that does not',
    dashboardOf({}),
    dashboardOf({}, { env: { account: ACCOUNT, region: REGION } }),
    dashboardOf({ region: REGION, account: ACCOUNT }),
  ],
  // Without assets.
  ['the probe without assets', given({ routing: Routing.haproxy() }), given({ probe: false })],
  [
    'twemproxy without assets',
    given({ routing: Routing.twemproxy(), topology: sharded, probe: false }),
    given({ routing: Routing.twemproxy({ image }), topology: sharded, probe: false }),
  ],
  ['a new network without assets', bare({ probe: false }, true), bare({ probe: false })],
  // The ready-made stack, and imports.
  ['one zone', stackOf({ maxAzs: 1 }), stackOf({ maxAzs: 2 }), stackOf({})],
  [
    'no way out',
    stackOf({ natGateways: 0 }),
    stackOf({ natGateways: 1 }),
    stackOf({ natGateways: 0, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }),
  ],
  ['a network without an id', stackOf({ vpcId: 'main' }), stackOf({ vpcId: 'vpc-0123456789abcdef0' }), stackOf({})],
  [
    'a topic that is none',
    stackOf({ alarmTopicArn: 'pages' }),
    stackOf({ alarmTopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:pages` }),
    stackOf({}),
  ],
  [
    'a dashboard’s name with a space',
    inStack((stack) => new CacheDashboard(stack, 'D', { cluster: cluster({}, stack), dashboardName: 'my cache' })),
    inStack((stack) => new CacheDashboard(stack, 'D', { cluster: cluster({}, stack), dashboardName: 'my-cache' })),
    inStack((stack) => new CacheDashboard(stack, 'D', { cluster: cluster({}, stack) })),
  ],
  ['a host without a name', () => new Endpoint('', 11211), () => new Endpoint('10.0.1.10', 11211)],
  ['a host without a port', () => new Endpoint('10.0.1.10', 0), () => new Endpoint('10.0.1.10', 11211)],
  [
    'an id and the shape of a network',
    stackOf({ vpcId: 'vpc-1', maxAzs: 2 }),
    stackOf({ maxAzs: 2 }),
    stackOf({ vpcId: 'vpc-1' }),
    stackOf({}),
  ],
  [
    'the endpoint where there is none',
    asking({ routing: Routing.clientSide(), topology: sharded }, (made) => made.endpoint),
    asking({ routing: Routing.clientSide(), topology: sharded }, (made) => made.serverList),
  ],
  [
    'an empty address',
    importing({ endpointAddress: '' }),
    importing({ endpointAddress: 'c' }),
    importing({ nodeEndpoints }),
  ],
  [
    'an empty name',
    importing({ endpointAddress: 'c', clusterName: '' }),
    importing({ endpointAddress: 'c', clusterName: 'C' }),
    importing({ endpointAddress: 'c' }),
  ],
  [
    'the name of a zone in place of its letter',
    asking({}, (made) => made.metrics.inZone('eu-west-1a').gets()),
    asking({}, (made) => made.metrics.inZone('a').gets()),
  ],
  ['no address', importing({}), importing({ endpointAddress: 'c' }), importing({ nodeEndpoints })],
  [
    'names of fewer nodes',
    importing({ nodeEndpoints, nodeNames: ['a1'] }),
    importing({ nodeEndpoints, nodeNames: ['a1', 'b1'] }),
  ],
  [
    'names that are none',
    importing({ nodeEndpoints, nodeNames: ['a1', '1b'] }),
    importing({ nodeEndpoints, nodeNames: ['a1', 'b1'] }),
  ],
  [
    'a port that is none',
    importing({ endpointAddress: 'c', port: 0 }),
    importing({ endpointAddress: 'c', port: 11211 }),
  ],
  [
    'a region that is none',
    importing({ endpointAddress: 'c', region: 'Ireland' }),
    importing({ endpointAddress: 'c', region: REGION }),
    importing({ endpointAddress: 'c' }),
  ],
  [
    'an attribute that is missing',
    importing({ endpointAddress: 'c' }, (made) => made.metrics.hitRatio()),
    importing({ endpointAddress: 'c', clusterName: 'C' }, (made) => made.metrics.hitRatio()),
  ],
];
