import { canary } from './canary';
import type { Address, ProbedProxies, ProbeEvent } from '../../lib/contract/probe-event';
import type { Line } from './lines';
import { Names } from './names';
import { askNode, type NodeCounter, type NodeSample } from './node-statistics';
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
    const [nodes, proxies, canaried] = await Promise.all([
      this.askNodes(event, names, deadline),
      event.proxies && this.askProxies(event.proxies, names, deadline),
      event.endpoint && canary(event.endpoint, names, deadline),
    ]);
    return report(event, { nodes, proxies, canary: canaried }, at);
  }

  private async askNodes(event: ProbeEvent, names: Names, deadline: number): Promise<NodeOutcome[]> {
    const locate = async ({ host, port }: Address): Promise<Address | Error> => {
      try {
        return { host: await names.address(host), port };
      } catch (error) {
        return error as Error;
      }
    };
    const addresses = await Promise.all(event.nodes.map(locate));
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
