import { canary } from './canary';
import { compareCopies, groupsOf } from './copies';
import type { ClusterMetricName } from '../../lib/contract/metric-names';
import type { Address, ProbedProxies, ProbeEvent } from '../../lib/contract/probe-event';
import type { Line } from './lines';
import { Names } from './names';
import { askNode, type NodeCounter, type NodeSample } from './node-statistics';
import type { Figures } from './rates';
import { askProxy, type ProxyCounter, type ProxySample } from './proxy-statistics';
import { report, type NodeOutcome, type Proxies } from './report';
import { Samples } from './samples';

/** For looking up, asking, the wait before asking again, and asking again. */
const LONGEST_MS = 10_000;

/** Asks a cluster how it is. What it remembers of one run makes the next one shorter. */
export class Probe {
  private readonly nodes = new Samples<NodeCounter, NodeSample>();
  private readonly proxies = new Samples<ProxyCounter, ProxySample>();
  private reachableProxies: string[] = [];

  async run(event: ProbeEvent): Promise<Line[]> {
    const at = Date.now();
    const deadline = performance.now() + LONGEST_MS;
    // Of its own for each run: while the function is frozen, the network forgets the resolver's sockets.
    const names = new Names();
    const addresses = addressesOf(event.nodes, names);
    const [nodes, proxies, canaried, copies] = await Promise.all([
      this.askNodes(addresses, deadline),
      event.proxies && this.askProxies(event.proxies, names, deadline),
      event.endpoint && canary(event.endpoint, names, deadline),
      event.copies ? copiesOf(event, addresses, deadline) : undefined,
    ]);
    return report(event, { nodes, proxies, canary: canaried, copies }, at);
  }

  private async askNodes(located: Promise<Located[]>, deadline: number): Promise<NodeOutcome[]> {
    const addresses = await located;
    return this.nodes.take(
      addresses.map((address) => ({ address, ask: askNode })),
      deadline,
    );
  }

  private async askProxies(
    { host, port, statistics }: ProbedProxies,
    names: Names,
    deadline: number,
  ): Promise<Proxies> {
    let hosts: string[];
    try {
      hosts = await names.addresses(host, this.reachableProxies);
    } catch (error) {
      return { error: (error as Error).message, all: [] };
    }
    const ask = askProxy(statistics?.engine);
    const targets = hosts.map((each) => ({ address: { host: each, port: statistics?.port ?? port }, ask }));
    const outcomes = await this.proxies.take(targets, deadline);
    const all = hosts.map((address, i) => ({ address, outcome: outcomes[i] }));
    this.reachableProxies = all.filter(({ outcome }) => 'sample' in outcome).map(({ address }) => address);
    return { all };
  }
}

type Located = Address | Error;

function addressesOf(nodes: readonly Address[], names: Names): Promise<Located[]> {
  const locate = async ({ host, port }: Address): Promise<Located> => {
    try {
      return { host: await names.address(host), port };
    } catch (error) {
      return error as Error;
    }
  };
  return Promise.all(nodes.map(locate));
}

async function copiesOf(
  { nodes }: ProbeEvent,
  located: Promise<Located[]>,
  deadline: number,
): Promise<Figures<ClusterMetricName>> {
  const addresses = await located;
  const groups = groupsOf(nodes.map(({ zone }, i) => ({ zone, address: addresses[i] })));
  const known = groups.map((group) => group.flatMap(({ address }) => (address instanceof Error ? [] : [address])));
  return compareCopies(known, deadline);
}
