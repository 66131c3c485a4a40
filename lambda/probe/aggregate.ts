import { NODE_METRICS, type Aggregate, type NodeMetricName } from '../../lib/contract/metric-names';
import type { Figures } from './rates';

export type NodeFigures = Figures<NodeMetricName>;

/** One figure of many, each of which weighs as many gets as were asked. */
const AGGREGATES: Record<Aggregate, (values: number[], gets: number[]) => number> = {
  sum,
  least: (values) => Math.min(...values),
  most: (values) => Math.max(...values),
  mean: (values) => sum(values) / values.length,
  'ratio of sums': (values, gets) => sum(values.map((value, i) => value * gets[i])) / sum(gets),
};

/** The figures of a zone or a cluster. A figure that no node has is absent. */
export function aggregate(nodes: readonly NodeFigures[]): NodeFigures {
  const figures: NodeFigures = {};
  for (const [name, definition] of Object.entries(NODE_METRICS) as [NodeMetricName, { aggregate: Aggregate }][]) {
    const having = nodes.filter((node) => node[name] !== undefined);
    if (having.length === 0) continue;
    const values = having.map((node) => node[name]!);
    figures[name] = AGGREGATES[definition.aggregate](
      values,
      having.map(({ Gets = 0 }) => Gets),
    );
  }
  return figures;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
