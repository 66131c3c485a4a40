import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { IMemcachedCluster } from '../../interfaces/memcached-cluster';
import type { IMemcachedClusterMetrics } from '../../metrics/cluster-metrics';
import { keepsCopies, type ClusterFacts } from '../../metrics/facts';
import { ReadRouting } from '../../metrics/read-routing';
import { alarmStatus, graphs, section, text, type Graph } from './layout';
import { DashboardLines, line, zoneColor } from './lines';
import { factsSeenFrom, type DashboardFacts } from './sight';
import { thresholdsOf } from './thresholds';

/** What a dashboard is drawn from. */
interface DashboardSource {
  readonly metrics: IMemcachedClusterMetrics;
  readonly facts: DashboardFacts;
  readonly lines: DashboardLines;
}

const { RED, ORANGE, GREEN, BLUE, BROWN, GREY } = cloudwatch.Color;
const RATIO: cloudwatch.YAxisProps = { min: 0, max: 1, showUnits: false };

const share = (label: string): cloudwatch.YAxisProps => ({ ...RATIO, label });
const upwards = (label: string): cloudwatch.YAxisProps => ({ min: 0, label, showUnits: false });

/** The rows of a cluster's dashboard: what is wrong at the top, then where. */
export function dashboardWidgets(cluster: IMemcachedCluster, scope: IConstruct): cloudwatch.IWidget[][] {
  const facts = factsSeenFrom(scope, cluster);
  const source: DashboardSource = { metrics: cluster.metrics, facts, lines: new DashboardLines(cluster, facts) };
  return [
    ...health(source, facts.names.clusterName ?? cluster.node.id),
    ...traffic(source),
    ...hitRatio(source),
    ...memory(source),
    ...clients(source),
    ...network(source),
  ];
}

function health({ metrics, facts, lines }: DashboardSource, name: string): cloudwatch.IWidget[][] {
  const { probed, hasEndpoint, shownAlarms } = facts;
  const zone = 'A zone below 1: nodes of it are lost or being replaced.';
  const through = 'All zones at 1 and the canary at 0: what stands before the nodes, see Network.';
  const legend = hasEndpoint
    ? `Good: no alarm, the canary and every zone at 1. ${zone} ${through}`
    : `Good: no alarm, every zone at 1. ${zone}`;
  return [
    [text(`# Health of ${name}\n${probed ? legend : 'No probe: only what AWS measures by itself.'}`)],
    ...(shownAlarms.length > 0 ? [[alarmStatus(shownAlarms)]] : []),
    ...graphs(
      probed &&
        hasEndpoint && {
          title: 'Canary: a set and a get through the endpoint',
          left: [metrics.canarySuccess(line('success', GREEN))],
          leftYAxis: { ...RATIO, label: '1 is well' },
          right: [metrics.canaryLatency(line('latency', GREY))],
          rightYAxis: upwards('ms'),
        },
      probed && lines.byZone('Nodes that answer', 'Reachable', share('of the nodes')),
      probed && lines.byNode('Nodes that answer', 'Reachable', 'lowest', share('1 answers')),
      proxiesAndTargets(metrics, facts),
    ),
  ];
}

function proxiesAndTargets(metrics: IMemcachedClusterMetrics, facts: ClusterFacts): Graph {
  const { probed, proxies, loadBalancer } = facts;
  const left = [
    ...(probed && proxies ? [metrics.proxies.reachable(line('proxies', BLUE))] : []),
    ...(loadBalancer ? targets(metrics, facts) : []),
  ];
  const title = proxies ? 'Proxies that answer' : 'Targets of the endpoint';
  return left.length > 0 && { title, left, leftYAxis: upwards('count') };
}

/** As the alarms see them: where load balancing does not cross zones, each of its nodes counts the targets of its own zone. */
function targets({ loadBalancer }: IMemcachedClusterMetrics, facts: ClusterFacts): cloudwatch.IMetric[] {
  if (facts.loadBalancer?.crossesZones !== false) {
    return [
      loadBalancer.healthyHostCount(line('healthy targets', GREEN)),
      loadBalancer.unHealthyHostCount(line('unhealthy targets', RED)),
    ];
  }
  return facts.zones.flatMap(({ label, availabilityZone }) =>
    [
      loadBalancer.healthyHostCount(line(`healthy targets of zone ${label}`, zoneColor(label))),
      loadBalancer.unHealthyHostCount(line(`unhealthy targets of zone ${label}`, RED)),
    ].map((metric) => metric.with({ dimensionsMap: { ...metric.dimensions, AvailabilityZone: availabilityZone! } })),
  );
}

function traffic({ metrics, facts: { probed, loadBalancer }, lines }: DashboardSource): cloudwatch.IWidget[][] {
  return section(
    '## Traffic\nGood: the shape of the day, the zones alike. A zone at 0: nothing reaches it. All at 0: the application ' +
      'stopped asking, or the endpoint is gone.',
    probed && lines.byZone('Gets', 'Gets', upwards('a second')),
    probed && lines.byZone('Sets', 'Sets', upwards('a second')),
    loadBalancer && {
      title: 'Through the endpoint',
      left: [metrics.loadBalancer.activeFlowCount(line('connections', BLUE))],
      leftYAxis: upwards('connections'),
      right: [metrics.loadBalancer.processedBytes(line('bytes', GREY))],
      rightYAxis: upwards('bytes a minute'),
    },
  );
}

function hitRatio({ metrics, facts, lines }: DashboardSource): cloudwatch.IWidget[][] {
  const { probed, alarms } = facts;
  return section(
    '## Hit ratio\nGood: flat, at what is usual for the application. A fall in one zone while its uptime starts at 0: a ' +
      'node came back empty and fills. A fall in all: see evictions, then what was last deployed.',
    probed && {
      ...lines.byZoneAndInAll('Hit ratio', 'HitRatio', share('hits of gets')),
      leftAnnotations: thresholdsOf(alarms, 'HitRatio'),
    },
    probed && lines.byNode('Hit ratio', 'HitRatio', 'lowest', share('hits of gets')),
    probed && lines.byZone('Uptime of the youngest node', 'Uptime', upwards('seconds')),
    probed &&
      mayKeepCopies(facts) && {
        title: 'Keys whose copies differ, or are missing in a zone',
        left: [metrics.copiesDiffering(line('differ', RED)), metrics.copiesMissing(line('missing in a zone', ORANGE))],
        leftYAxis: share('of the sample'),
      },
  );
}

function memory({ facts: { probed, alarms }, lines }: DashboardSource): cloudwatch.IWidget[][] {
  return section(
    '## Memory\nGood: room left, or full with the hit ratio flat. Evictions while it falls: the nodes are too small. One ' +
      'node fuller than the rest: a few keys are large.',
    probed && {
      ...lines.byZone('Memory of the fullest node', 'BytesUsedRatio', share('of the limit')),
      leftAnnotations: thresholdsOf(alarms, 'BytesUsedRatio'),
    },
    probed && lines.byNode('Memory', 'BytesUsedRatio', 'highest', share('of the limit')),
    probed && lines.byZone('Evictions', 'Evictions', upwards('a second')),
    probed && lines.byZone('Items', 'CurrItems', upwards('items')),
  );
}

/** Only memcached's proxy tells; where others run, the graphs are empty. */
function clients({
  metrics,
  facts: { probed, latencyByOutcome, proxies, reads },
}: DashboardSource): cloudwatch.IWidget[][] {
  const told = probed && reads !== ReadRouting.ANY && proxies?.countErrors;
  return section(
    '## Clients\nGood: no errors, times flat, nothing owed. Keys owed while every node answers: a ' +
      'proxy cannot reach one that the probe reaches.',
    told && {
      title: 'What clients see',
      left: [metrics.proxies.clientHitRatio(line('hits', GREEN)), metrics.proxies.clientErrors(line('errors', RED))],
      leftYAxis: share('of the requests'),
      right: [
        metrics.proxies.readLatency(line('99 % of reads', BLUE)),
        metrics.proxies.writeLatency(line('99 % of writes', ORANGE)),
      ],
      rightYAxis: upwards('ms'),
    },
    told &&
      latencyByOutcome && {
        title: 'What clients wait for',
        left: [
          metrics.proxies.readHitLatency(line('99 % of hits', GREEN)),
          metrics.proxies.readMissLatency(line('99 % of misses', BLUE)),
          metrics.proxies.readErrorLatency(line('99 % of failed reads', RED)),
          metrics.proxies.writeDoneLatency(line('99 % of writes', ORANGE)),
          metrics.proxies.writeErrorLatency(line('99 % of failed writes', BROWN)),
        ],
        leftYAxis: upwards('ms'),
      },
    told && {
      title: 'What nodes missed',
      left: [metrics.proxies.debtsOwed(line('keys owed', RED))],
      leftYAxis: upwards('keys'),
      right: [
        metrics.proxies.debtsPaid(line('keys paid', GREEN)),
        metrics.proxies.nodesEmptied(line('nodes emptied', BROWN)),
        metrics.proxies.warmUps(line('values copied back', BLUE)),
      ],
      rightYAxis: upwards('a second'),
    },
  );
}

function network({ metrics, facts, lines }: DashboardSource): cloudwatch.IWidget[][] {
  const { probed, loadBalancer, proxies, hasService, alarms } = facts;
  return section(
    '## Network\nGood: connections well below their limit, refusals and errors at 0. Near the limit: something opens too ' +
      'many. Errors while every node answers: the network between, or a node that is too slow.',
    probed && {
      ...lines.byZone('Connections of the busiest node', 'ConnectionsRatio', share('of the limit')),
      leftAnnotations: thresholdsOf(alarms, 'ConnectionsRatio'),
    },
    probed && lines.byZone('Rejected connections', 'Rejected', upwards('a second')),
    probed && lines.byZone('Stopped listening', 'ListenDisabled', upwards('times a second')),
    probed && lines.byZone('Answer time of the slowest node', 'ProbeLatency', upwards('ms')),
    probed &&
      proxies?.countErrors && {
        title: 'From proxies to nodes',
        left: [
          metrics.proxies.backendErrors(line('errors', RED)),
          metrics.proxies.failovers(line('failovers', ORANGE)),
          metrics.proxies.markedBad(line('marked bad', BROWN)),
        ],
        leftYAxis: upwards('a second'),
      },
    loadBalancer && {
      title: 'Troubles of the endpoint',
      left: [
        metrics.loadBalancer.tcpTargetResetCount(line('resets by targets', ORANGE)),
        metrics.loadBalancer.tcpElbResetCount(line('resets of its own', BLUE)),
        metrics.loadBalancer.portAllocationErrorCount(line('no port left', RED)),
        metrics.loadBalancer.unhealthyRoutingFlowCount(line('to unhealthy targets', BROWN)),
      ],
      leftYAxis: upwards('a minute'),
    },
    proxies &&
      hasService && {
        title: 'Proxies, CPU and memory',
        left: [
          metrics.proxies.cpuUtilization(line('CPU', BLUE)),
          metrics.proxies.memoryUtilization(line('memory', ORANGE)),
        ],
        leftYAxis: { min: 0, max: 100, label: '%', showUnits: false },
      },
  );
}

/** How a cluster made elsewhere reads is not known; it has no alarms here. */
function mayKeepCopies(facts: DashboardFacts): boolean {
  return keepsCopies(facts) || (facts.proxies !== undefined && facts.alarms === undefined);
}
