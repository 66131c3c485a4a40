import { aggregate, type NodeFigures } from './aggregate';
import type { CanaryResult } from './canary';
import type { MetricName } from '../../lib/contract/metric-names';
import type { ProbeEvent } from '../../lib/contract/probe-event';
import { metricsLine, plainLine, type Line } from './lines';
import { nodeFigures, type NodeCounter, type NodeSample } from './node-statistics';
import { proxyFigures, sumOfProxies, type ProxyCounter, type ProxySample } from './proxy-statistics';
import type { Figures } from './rates';
import type { Outcome } from './samples';

export type NodeOutcome = Outcome<NodeCounter, NodeSample>;
export type ProxyOutcome = Outcome<ProxyCounter, ProxySample>;

/** What a run has found. */
export interface Findings {
  /** In the order of the event's nodes. */
  readonly nodes: readonly NodeOutcome[];
  readonly proxies?: Proxies;
  readonly canary?: CanaryResult;

  /** What comparing the copies of keys has shown. */
  readonly copies?: Figures<MetricName>;
}

export interface Proxies {
  /** Why nobody knows where they are. */
  readonly error?: string;
  readonly all: readonly { readonly address: string; readonly outcome: ProxyOutcome }[];
}

/** The lines of a run: of each node, zone and proxy, and of the cluster. */
export function report(event: ProbeEvent, { nodes, proxies, canary, copies }: Findings, at: number): Line[] {
  return [
    ...nodeLines(event, nodes, at),
    ...zoneLines(event, nodes, at),
    ...(proxies ? proxyLines(event, proxies) : []),
    clusterLine(event, { nodes, proxies, canary, copies }, at),
  ];
}

function figuresOfNode(outcome: NodeOutcome): NodeFigures {
  if ('error' in outcome) return { Reachable: 0 };
  return { ...nodeFigures(outcome.sample, outcome.rates), Reachable: 1, ProbeLatency: outcome.milliseconds };
}

function nodeLines(event: ProbeEvent, outcomes: readonly NodeOutcome[], at: number): Line[] {
  const { cluster, nodes } = event;
  return nodes.map(({ name, zone }, i) => {
    const outcome = outcomes[i];
    const owner = { Cluster: cluster, Zone: zone, Node: name };
    const line = metricsLine('NODE', event, owner, figuresOfNode(outcome), at);
    return 'error' in outcome ? { ...line, error: outcome.error } : line;
  });
}

function zoneLines(event: ProbeEvent, outcomes: readonly NodeOutcome[], at: number): Line[] {
  const { cluster, nodes } = event;
  const zones = [...new Set(nodes.map(({ zone }) => zone))];
  return zones.map((zone) => {
    const inZone = outcomes.filter((_, i) => nodes[i].zone === zone);
    return metricsLine('ZONE', event, { Cluster: cluster, Zone: zone }, aggregate(inZone.map(figuresOfNode)), at);
  });
}

function proxyLines({ cluster }: ProbeEvent, { error, all }: Proxies): Line[] {
  if (error !== undefined) return [plainLine('error', { Cluster: cluster }, { error })];
  return all.map(({ address, outcome }) =>
    'error' in outcome
      ? plainLine('proxy', { Cluster: cluster }, { address, error: outcome.error }, { Reachable: 0 })
      : plainLine('proxy', { Cluster: cluster }, { address }, proxyFigures(outcome)),
  );
}

function clusterLine(event: ProbeEvent, { nodes, proxies, canary, copies }: Findings, at: number): Line {
  const figures: Figures<MetricName> = { ...aggregate(nodes.map(figuresOfNode)), ...copies };
  if (proxies) {
    const reachable = proxies.all.flatMap(({ outcome }) => ('sample' in outcome ? [outcome] : []));
    Object.assign(figures, sumOfProxies(reachable), { ReachableProxies: reachable.length });
  }
  if (canary) {
    figures.CanarySuccess = 'error' in canary ? 0 : 1;
    if ('milliseconds' in canary) figures.CanaryLatency = canary.milliseconds;
  }
  const line = metricsLine('CLUSTER', event, { Cluster: event.cluster }, figures, at);
  return canary && 'error' in canary ? { ...line, canaryError: canary.error } : line;
}
