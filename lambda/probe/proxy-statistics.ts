import type { Ask, Reader } from './conversation';
import type { ProxyStatistics } from '../../lib/contract/probe-event';
import { CLUSTER_METRICS, type ClusterMetricName, type MetricName } from '../../lib/contract/metric-names';
import type { Counted, Figures } from './rates';
import { clientFigures, outcomeCounters, type OutcomeCounter } from './outcomes';
import { known, readStatistics, total, unexpected, type Statistics } from './statistics';

/** What a proxy counts. */
export type ProxyCounter = OutcomeCounter | PublishedCounter;

/** What is published as it is counted. */
type PublishedCounter = Extract<
  ClusterMetricName,
  'BackendErrors' | 'Failovers' | 'MarkedBad' | 'DebtsPaid' | 'NodesEmptied' | 'WarmUps'
>;

/** What a proxy says of itself, as far as its engine counts it. */
export interface ProxySample extends Omit<Counted<ProxyCounter>, 'at'> {
  /** The keys that it has still to delete on nodes, where it failed to write them. Only memcached's proxy tells. */
  readonly debts?: number;
}

type AskProxy = (ask: Ask) => Promise<ProxySample>;

const ENGINES: Record<ProxyStatistics['engine'], AskProxy> = {
  memcached: async (ask) =>
    memcachedProxySample(await ask('stats\r\n', readStatistics), await ask('stats proxy\r\n', readStatistics)),
  mcrouter: async (ask) =>
    mcrouterSample(await ask('stats\r\n', readStatistics), await ask('stats count\r\n', readStatistics)),
  twemproxy: (ask) => ask('', readTwemproxy),
  haproxy: (ask) => ask('GET /;csv HTTP/1.0\r\n\r\n', readHaproxy),
};

/** How a proxy is asked; one without statistics is only connected to. */
export function askProxy(engine?: ProxyStatistics['engine']): AskProxy {
  const ask = engine === undefined ? async (): Promise<ProxySample> => ({ counters: {} }) : ENGINES[engine];
  if (ask) return ask;
  throw new Error(
    `the proxies' engine is ${engine}, expected one of ${Object.keys(ENGINES).join(', ')}: ` +
      'leave statistics out for another',
  );
}

/** What is told of a proxy that has answered. */
export function proxyFigures({ sample, rates, milliseconds }: ProxyAnswer): Figures<MetricName> {
  return {
    ...published(rates),
    ...clientFigures(rates),
    ...known({ Uptime: sample.uptime, DebtsOwed: sample.debts }),
    Reachable: 1,
    ProbeLatency: milliseconds,
  };
}

interface ProxyAnswer {
  readonly sample: ProxySample;
  readonly rates: Figures<ProxyCounter>;
  readonly milliseconds: number;
}

/** The sums over all proxies, of what their engine counts. */
export function sumOfProxies(proxies: readonly Pick<ProxyAnswer, 'sample' | 'rates'>[]): Figures<ClusterMetricName> {
  const sums: Figures = {};
  for (const { sample, rates } of proxies) {
    const figures = { ...rates, ...known({ DebtsOwed: sample.debts }) };
    for (const [name, figure] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + figure;
  }
  return { ...published(sums), ...clientFigures(sums) };
}

/** Without the counters of outcomes, which say something only together. */
function published(rates: Figures): Figures<ClusterMetricName> {
  return Object.fromEntries(Object.entries(rates).filter(([name]) => name in CLUSTER_METRICS));
}

/**
 * A backend is the connection of one of the proxy's threads to a node. One that is marked bad fails its requests at
 * once, and is not counted again until it has recovered.
 *
 * Failovers are after failures alone: our routes do not count a read that goes on after a miss.
 */
export function memcachedProxySample(stats: Statistics, proxy: Statistics): ProxySample {
  const retries = Object.keys(proxy).filter((name) => /^user_.*_retries$/.test(name));
  return {
    pid: total(stats.pid),
    uptime: total(stats.uptime),
    debts: total(proxy.user_debts_owed),
    counters: {
      ...outcomeCounters(proxy),
      ...known({
        BackendErrors: total(stats.proxy_backend_failed),
        Failovers: total(...retries.map((name) => proxy[name])),
        MarkedBad: total(stats.proxy_backend_marked_bad),
        DebtsPaid: total(proxy.user_debts_paid),
        NodesEmptied: total(proxy.user_debts_flushes),
        WarmUps: total(proxy.user_warm_ups),
      }),
    },
  };
}

/**
 * Failovers are those after an error; MissFailoverRoute, by which a replicated cluster reads, counts none. How many
 * servers are suspect mcrouter tells, and not how many became it.
 */
export function mcrouterSample(stats: Statistics, count: Statistics): ProxySample {
  return {
    pid: total(stats.pid),
    uptime: total(stats.uptime),
    counters: known({
      BackendErrors: total(count.result_error_all_count),
      Failovers: total(count.failover_policy_result_error, count.failover_policy_tko_error),
      MarkedBad: undefined,
      DebtsPaid: undefined,
      NodesEmptied: undefined,
      WarmUps: undefined,
    }),
  };
}

/** JSON up to the end of the connection: a member for each pool, and in it one for each server. No other goes on for one. */
export const readTwemproxy: Reader<ProxySample> = (text, ended) => {
  if (!'{'.startsWith(text.slice(0, 1))) throw unexpected(text);
  if (!ended) return undefined;
  const said = parsed(text);
  const pools = members(said);
  const servers = pools.flatMap(members);
  const errors = servers.flatMap((each) => [each.server_err, each.server_timedout, each.server_eof]);
  return {
    uptime: total(textOf(said.uptime)),
    counters: known({
      BackendErrors: total(...errors.map(textOf)),
      Failovers: undefined,
      MarkedBad: total(...pools.map((pool) => textOf(pool.server_ejects))),
      DebtsPaid: undefined,
      NodesEmptied: undefined,
      WarmUps: undefined,
    }),
  };
};

/** An attempt to connect that failed is repeated, or goes to another server, or is the last. */
const HAPROXY_ERRORS = ['econ', 'eresp', 'wretr', 'wredis'];

/** HTTP up to the end of the connection, with a row of CSV for each server and one for each of the servers' backends. */
export const readHaproxy: Reader<ProxySample> = (text, ended) => {
  if (!'HTTP/'.startsWith(text.slice(0, 5))) throw unexpected(text);
  if (!ended) return undefined;
  const [head, body] = text.split('\r\n\r\n');
  if (!/^HTTP\/\S+ 200 /.test(head) || !body?.startsWith('# pxname,')) throw unexpected(text);
  const [columns, ...rows] = body
    .slice(2)
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const nodes = rows.map((row): Statistics => Object.fromEntries(columns.map((column, i) => [column, row[i]])));
  const backend = nodes.filter(({ svname }) => svname === 'BACKEND');
  const servers = nodes.filter(({ svname }) => svname !== 'BACKEND' && svname !== 'FRONTEND');
  return {
    counters: known({
      BackendErrors: total(...backend.flatMap((row) => HAPROXY_ERRORS.map((column) => row[column]))),
      Failovers: total(...backend.map(({ wredis }) => wredis)),
      MarkedBad: total(...servers.map(({ chkdown }) => chkdown)),
      DebtsPaid: undefined,
      NodesEmptied: undefined,
      WarmUps: undefined,
    }),
  };
};

type Member = Record<string, unknown>;

function parsed(json: string): Member {
  try {
    return JSON.parse(json) as Member;
  } catch {
    throw unexpected(json);
  }
}

function members(of: Member): Member[] {
  return Object.values(of).filter((each): each is Member => typeof each === 'object' && each !== null);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : undefined;
}
