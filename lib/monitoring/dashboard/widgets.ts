import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { alarmStatus, graphs, section, text } from './layout';
import { DashboardLines, line, type LinesSource } from './lines';
import { thresholdsOf } from './thresholds';

/** What a dashboard shows of a cluster. */
export interface DashboardSource extends LinesSource {
  /** Without the probe there are only AWS's own metrics. */
  readonly probed: boolean;
  readonly hasEndpoint: boolean;
  readonly hasLoadBalancer: boolean;
  readonly hasProxies: boolean;
  /** The proxies' engine tells of errors and failovers. */
  readonly tellsBackends: boolean;
  /** Composites first; none when unknown. */
  readonly alarms: cloudwatch.IAlarm[];
}

const { RED, ORANGE, GREEN, BLUE, BROWN, GREY } = cloudwatch.Color;
const RATIO: cloudwatch.YAxisProps = { min: 0, max: 1, showUnits: false };

const share = (label: string): cloudwatch.YAxisProps => ({ ...RATIO, label });
const upwards = (label: string): cloudwatch.YAxisProps => ({ min: 0, label, showUnits: false });

/** The rows of a cluster's dashboard: what is wrong at the top, then where. */
export function dashboardWidgets(source: DashboardSource): cloudwatch.IWidget[][] {
  const lines = new DashboardLines(source);
  return [
    ...health(source, lines),
    ...traffic(source, lines),
    ...hitRatio(source, lines),
    ...memory(source, lines),
    ...network(source, lines),
  ];
}

function health(source: DashboardSource, lines: DashboardLines): cloudwatch.IWidget[][] {
  const { cluster, probed, hasEndpoint, hasLoadBalancer, hasProxies } = source;
  const zone = 'A zone below 1: nodes of it are lost or being replaced.';
  const through = 'All zones at 1 and the canary at 0: what stands before the nodes, see Network.';
  const advice = hasEndpoint
    ? `Good: no alarm, the canary and every zone at 1. ${zone} ${through}`
    : `Good: no alarm, every zone at 1. ${zone}`;
  return [
    [text(`# Health of ${source.name}\n${probed ? advice : 'No probe: only what AWS measures by itself.'}`)],
    ...(source.alarms.length > 0 ? [[alarmStatus(source.alarms)]] : []),
    ...graphs(
      probed &&
        hasEndpoint && {
          title: 'Canary: a set and a get through the endpoint',
          left: [cluster.metricCanarySuccess(line('success', GREEN))],
          leftYAxis: { ...RATIO, label: '1 is well' },
          right: [cluster.metricCanaryLatency(line('latency', GREY))],
          rightYAxis: upwards('ms'),
        },
      probed && lines.byZone('Nodes that answer', 'Reachable', share('of the nodes')),
      probed && lines.byNode('Nodes that answer', 'Reachable', 'lowest', share('1 answers')),
      ((probed && hasProxies) || hasLoadBalancer) && {
        title: hasProxies ? 'Proxies that answer' : 'Targets of the endpoint',
        left: [
          ...(probed && hasProxies ? [cluster.metricReachableProxies(line('proxies', BLUE))] : []),
          ...(hasLoadBalancer
            ? [
                cluster.metricHealthyTargetCount(line('healthy targets', GREEN)),
                cluster.metricUnhealthyTargetCount(line('unhealthy targets', RED)),
              ]
            : []),
        ],
        leftYAxis: upwards('count'),
      },
    ),
  ];
}

function traffic({ cluster, probed, hasLoadBalancer }: DashboardSource, lines: DashboardLines): cloudwatch.IWidget[][] {
  return section(
    '## Traffic\nGood: the shape of the day, the zones alike. A zone at 0: nothing reaches it. All at 0: the application ' +
      'stopped asking, or the endpoint is gone.',
    probed && lines.byZone('Gets', 'Gets', upwards('a second')),
    probed && lines.byZone('Sets', 'Sets', upwards('a second')),
    hasLoadBalancer && {
      title: 'Through the endpoint',
      left: [cluster.metricActiveFlowCount(line('connections', BLUE))],
      leftYAxis: upwards('connections'),
      right: [cluster.metricProcessedBytes(line('bytes', GREY))],
      rightYAxis: upwards('bytes a minute'),
    },
  );
}

function hitRatio({ probed, alarms }: DashboardSource, lines: DashboardLines): cloudwatch.IWidget[][] {
  return section(
    '## Hit ratio\nGood: flat, at what is usual for the application. A fall in one zone while its uptime starts at 0: a ' +
      'node came back empty and fills. A fall in all: see evictions, then what was last deployed.',
    probed && {
      ...lines.byZoneAndInAll('Hit ratio', 'HitRatio', share('hits of gets')),
      leftAnnotations: thresholdsOf(alarms, 'HitRatio'),
    },
    probed && lines.byNode('Hit ratio', 'HitRatio', 'lowest', share('hits of gets')),
    probed && lines.byZone('Uptime of the youngest node', 'Uptime', upwards('seconds')),
  );
}

function memory({ probed, alarms }: DashboardSource, lines: DashboardLines): cloudwatch.IWidget[][] {
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

function network(source: DashboardSource, lines: DashboardLines): cloudwatch.IWidget[][] {
  const { cluster, probed, hasLoadBalancer, hasProxies, tellsBackends, alarms } = source;
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
      tellsBackends && {
        title: 'From proxies to nodes',
        left: [
          cluster.metricBackendErrors(line('errors', RED)),
          cluster.metricFailovers(line('failovers', ORANGE)),
          cluster.metricMarkedBad(line('marked bad', BROWN)),
        ],
        leftYAxis: upwards('a second'),
      },
    hasLoadBalancer && {
      title: 'Troubles of the endpoint',
      left: [
        cluster.metricTargetResetCount(line('resets by targets', ORANGE)),
        cluster.metricLoadBalancerResetCount(line('resets of its own', BLUE)),
        cluster.metricPortAllocationErrorCount(line('no port left', RED)),
        cluster.metricUnhealthyRoutingFlowCount(line('to unhealthy targets', BROWN)),
      ],
      leftYAxis: upwards('a minute'),
    },
    hasProxies && {
      title: 'Proxies, CPU and memory',
      left: [
        cluster.metricProxyCpuUtilization(line('CPU', BLUE)),
        cluster.metricProxyMemoryUtilization(line('memory', ORANGE)),
      ],
      leftYAxis: { min: 0, max: 100, label: '%', showUnits: false },
    },
  );
}
