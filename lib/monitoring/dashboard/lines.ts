import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { DIMENSIONS, NAMESPACE, type NodeMetricName } from '../../contract/metric-names';
import type { IMemcachedCluster } from '../../interfaces/memcached-cluster';
import { CacheMetricDetail } from '../../contract/metric-detail';
import { EACH_MINUTE } from '../../metrics/factory';
import type { ClusterFacts } from '../../metrics/facts';
import { homeOf } from '../../metrics/home';

/** With more lines a graph can no longer be read. */
const MOST_NODE_LINES = 24;

/** How many of the worst nodes are shown where all are too many or unknown. */
const WORST_NODES = 10;

/** The share of white in the last node's line. */
const PALEST = 0.6;

const { BLUE, ORANGE, GREEN, PURPLE, BROWN, PINK, RED, GREY } = cloudwatch.Color;

/** A zone has its colour in every graph. Red and grey come last: they look like an alarm and like the whole. */
const ZONE_COLORS = [BLUE, ORANGE, GREEN, PURPLE, BROWN, PINK, RED, GREY];

/** How a metric is drawn. */
export const line = (label: string, color?: string): cloudwatch.MetricOptions => ({ ...EACH_MINUTE, label, color });

/** Graphs of the probe's metrics, as fine as they are published. */
export class DashboardLines {
  constructor(
    private readonly cluster: IMemcachedCluster,
    private readonly facts: ClusterFacts,
  ) {}

  /** A line for each zone; that of the cluster where zones are not published. */
  public byZone(title: string, name: NodeMetricName, leftYAxis: cloudwatch.YAxisProps): cloudwatch.GraphWidgetProps {
    const { zones, detail } = this.facts;
    const known = detail !== CacheMetricDetail.CLUSTER && zones.length > 0;
    const left = known ? this.ofZones(name) : [this.ofCluster(name), ...this.ofZones(name)];
    return { title: this.zonal(title), left, leftYAxis };
  }

  /** A line for each zone, and that of the cluster. */
  public byZoneAndInAll(
    title: string,
    name: NodeMetricName,
    leftYAxis: cloudwatch.YAxisProps,
  ): cloudwatch.GraphWidgetProps {
    return { title: this.zonal(title), left: [this.ofCluster(name), ...this.ofZones(name)], leftYAxis };
  }

  /** A line for each node, or for the worst; none where nodes are not published, or are what a zone's line shows. */
  public byNode(
    title: string,
    name: NodeMetricName,
    worst: 'lowest' | 'highest',
    leftYAxis: cloudwatch.YAxisProps,
  ): cloudwatch.GraphWidgetProps | false {
    const { nodes, zones, detail } = this.facts;
    const onlyOneInEachZone = nodes.length > 0 && nodes.length === zones.length;
    if (detail !== CacheMetricDetail.NODE || onlyOneInEachZone) return false;
    if (nodes.length > 0 && nodes.length <= MOST_NODE_LINES) {
      return { title: `${title}, by node`, left: this.ofNodes(name), leftYAxis };
    }
    return {
      title: `${title}, the ${WORST_NODES} ${worst}`,
      left: [this.search(DIMENSIONS.NODE, name, worst)],
      leftYAxis,
    };
  }

  private zonal(title: string): string {
    return this.facts.detail === CacheMetricDetail.CLUSTER ? title : `${title}, by zone`;
  }

  private ofCluster(name: NodeMetricName): cloudwatch.IMetric {
    return this.cluster.metrics.metric(name, line('cluster', GREY));
  }

  private ofZones(name: NodeMetricName): cloudwatch.IMetric[] {
    const { zones, detail } = this.facts;
    if (detail === CacheMetricDetail.CLUSTER) return [];
    if (zones.length === 0) return [this.search(DIMENSIONS.ZONE, name)];
    return zones.map(({ label }) =>
      this.cluster.metrics.inZone(label).metric(name, line(`zone ${label}`, zoneColor(label))),
    );
  }

  /** In shades of their zone's colour. */
  private ofNodes(name: NodeMetricName): cloudwatch.IMetric[] {
    const { nodes } = this.cluster;
    return nodes.map((node) => {
      const inZone = nodes.filter(({ zoneLabel }) => zoneLabel === node.zoneLabel);
      const color = paler(zoneColor(node.zoneLabel), (PALEST * inZone.indexOf(node)) / inZone.length);
      return node.metrics.metric(name, line(node.name, color));
    });
  }

  /** Lines that CloudWatch looks up when the graph is drawn. */
  private search(dimensions: readonly string[], name: NodeMetricName, worst?: 'lowest' | 'highest') {
    const schema = [NAMESPACE, ...dimensions].join(',');
    const found = `SEARCH('{${schema}} Cluster="${this.facts.names.clusterName}" MetricName="${name}"', 'Average', 60)`;
    const { region: searchRegion, account: searchAccount } = homeOf(this.cluster, this.facts.names);
    const order = worst === 'lowest' ? 'MIN, ASC' : 'MAX, DESC';
    return new cloudwatch.SearchExpression({
      expression: worst ? `SORT(${found}, ${order}, ${WORST_NODES})` : found,
      label: `\${PROP('Dim.${dimensions.at(-1)}')}`,
      searchRegion,
      searchAccount,
      ...EACH_MINUTE,
    });
  }
}

export function zoneColor(zone: string): string {
  return ZONE_COLORS[(zone.charCodeAt(0) - 'a'.charCodeAt(0)) % ZONE_COLORS.length];
}

/** The colour mixed with a share of white. */
function paler(color: string, share: number): string {
  const parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return '#' + parts.map((part) => hex(part + (255 - part) * share)).join('');
}

const hex = (part: number): string => Math.round(part).toString(16).padStart(2, '0');
