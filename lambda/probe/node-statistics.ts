import type { Ask, Reader } from './conversation';
import type { NodeMetricName } from '../../lib/contract/metric-names';
import type { Counted, Figures } from './rates';
import { known, readStatistics, total, type Statistics } from './statistics';

/** What a node counts. */
export type NodeCounter =
  | Extract<NodeMetricName, 'Gets' | 'Sets' | 'Evictions' | 'ListenDisabled' | 'Rejected'>
  // It is published as a ratio.
  | 'Hits';

/** What a node says of itself. */
export interface NodeSample extends Omit<Counted<NodeCounter>, 'at'> {
  readonly gauges: Figures<NodeMetricName>;
}

export async function askNode(ask: Ask): Promise<NodeSample> {
  return ask('stats\r\n', readNode);
}

/** What memcached says, before it is asked, to whom it refuses for its limit of connections: it is full, and lives. */
const FULL = 'ERROR Too many open connections\r\n';

const readNode: Reader<NodeSample> = (text, ended) => {
  if (text.startsWith(FULL)) return { counters: {}, gauges: { ConnectionsRatio: 1 } };
  if (text !== '' && FULL.startsWith(text) && !ended) return undefined;
  const stats = readStatistics(text, ended);
  return stats && nodeSample(stats);
};

export function nodeSample(stats: Statistics): NodeSample {
  const uptime = total(stats.uptime);
  return {
    pid: total(stats.pid),
    uptime,
    counters: known({
      Gets: total(stats.cmd_get),
      Hits: total(stats.get_hits),
      Sets: total(stats.cmd_set),
      Evictions: total(stats.evictions),
      ListenDisabled: total(stats.listen_disabled_num),
      Rejected: total(stats.rejected_connections),
    }),
    gauges: known({
      BytesUsedRatio: ratio(total(stats.bytes), total(stats.limit_maxbytes)),
      CurrItems: total(stats.curr_items),
      Connections: total(stats.curr_connections),
      ConnectionsRatio: ratio(total(stats.curr_connections), total(stats.max_connections)),
      Uptime: uptime,
    }),
  };
}

/** The node's metrics. Without a read there is no hit ratio. */
export function nodeFigures({ gauges }: NodeSample, { Hits, ...rates }: Figures<NodeCounter>): Figures<NodeMetricName> {
  return { ...known({ HitRatio: ratio(Hits, rates.Gets) }), ...rates, ...gauges };
}

function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || !whole ? undefined : part / whole;
}
