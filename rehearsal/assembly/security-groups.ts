import { RehearsalError } from '../errors';
import { contains } from './cidr';
import type { Deployment } from './deployment';
import type { ClusterPlan } from './plan';

interface Rule {
  readonly group: string;
  readonly peer: { group?: string; cidr?: string };
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

/** Fails when a security group of the template would keep the cluster's own traffic out. */
export function checkSecurityGroups(deployment: Deployment, plan: ClusterPlan): void {
  const rules = readRules(deployment);
  const must = (from: Party, to: Party, port: number) => {
    for (const problem of [blocked('Egress', from, to, port), blocked('Ingress', to, from, port)]) {
      if (problem) throw new RehearsalError(problem, 1);
    }
  };
  const blocked = (side: 'Ingress' | 'Egress', owner: Party, peer: Party, port: number): string | undefined => {
    const here = owner.groups.map((id) => deployment.find('AWS::EC2::SecurityGroup', id));
    if (here.length === 0 || here.includes(undefined)) return undefined; // made elsewhere: its rules are not known
    const own = rules[side].filter(({ group }) => owner.groups.includes(group));
    if (side === 'Egress' && own.length === 0) return undefined; // EC2 lets everything out when no rule says otherwise
    if (own.some((rule) => matches(rule, peer, port))) return undefined;
    return (
      `the security groups of the ${owner.name} (${owner.groups}) have no ${side.toLowerCase()} rule for tcp port ` +
      `${port} ${side === 'Ingress' ? 'from' : 'to'} the ${peer.name}; the cluster would not work, add it`
    );
  };

  for (const [from, to, port] of connections(plan)) must(from, to, port);
}

/** Who connects to whom. Of clients a template says nothing: they are let in elsewhere. */
function connections({ endpoint, proxies, nodes, probe }: ClusterPlan): Connection[] {
  const toNodes = (from: Party) =>
    nodes.map((node): Connection => {
      const subnets = node.kind === 'instance' ? [node.subnet] : node.subnets;
      return [from, { name: `node ${node.name}`, groups: node.securityGroups, cidrs: cidrsOf(subnets) }, node.port];
    });
  const prober = probe && { name: 'probe', groups: probe.securityGroups, cidrs: cidrsOf(probe.subnets) };
  const ofProbe = prober ? toNodes(prober) : [];
  if (endpoint.kind === 'servers') return ofProbe;
  if (endpoint.kind === 'sidecars') {
    const { securityGroups: groups, subnets } = endpoint.application;
    return [...toNodes({ name: 'application', groups, cidrs: cidrsOf(subnets) }), ...ofProbe];
  }
  const { target } = endpoint;
  const balancer = { name: 'load balancer', groups: endpoint.securityGroups, cidrs: cidrsOf(endpoint.subnets) };
  const tier = proxies && { name: 'proxies', groups: proxies.securityGroups, cidrs: cidrsOf(proxies.subnets) };
  if (prober) ofProbe.push([prober, balancer, probe.canaryPort ?? endpoint.port]);
  if (prober && tier) {
    ofProbe.push([prober, tier, proxies.port], [prober, tier, probe.statisticsPort ?? proxies.port]);
  }
  const behind = tier ? [tier] : toNodes(balancer).map(([, node]) => node);
  return [
    ...behind.map((party): Connection => [balancer, party, target.port]),
    ...endpoint.listeners.flatMap(({ targetPort }) =>
      targetPort === undefined ? [] : behind.map((party): Connection => [balancer, party, targetPort]),
    ),
    ...behind.map((party): Connection => [balancer, party, target.checkPort ?? target.port]),
    ...(tier ? toNodes(tier) : []),
    ...ofProbe,
  ];
}

type Connection = [from: Party, to: Party, port: number];

interface Party {
  readonly name: string;
  readonly groups: readonly string[];
  readonly cidrs: readonly string[];
}

const cidrsOf = (subnets: readonly { cidr: string }[]) => subnets.map(({ cidr }) => cidr);

function matches({ peer, protocol, from, to }: Rule, party: Party, port: number): boolean {
  if (protocol !== '-1' && !((protocol === 'tcp' || protocol === '6') && from <= port && port <= to)) return false;
  if (peer.group !== undefined) return party.groups.includes(peer.group);
  return peer.cidr !== undefined && party.cidrs.every((cidr) => contains(peer.cidr!, cidr.split('/')[0]!));
}

function readRules(deployment: Deployment): Record<'Ingress' | 'Egress', Rule[]> {
  const rule = (group: string, side: 'Ingress' | 'Egress', entry: any): Rule => ({
    group,
    peer: {
      group: side === 'Ingress' ? entry.SourceSecurityGroupId : entry.DestinationSecurityGroupId,
      cidr: entry.CidrIp,
    },
    protocol: String(entry.IpProtocol),
    from: Number(entry.FromPort ?? 0),
    to: Number(entry.ToPort ?? 65535),
  });
  const side = (name: 'Ingress' | 'Egress') => [
    ...deployment
      .resources('AWS::EC2::SecurityGroup')
      .flatMap(({ ref, properties }) =>
        ((properties[`SecurityGroup${name}`] ?? []) as any[]).map((entry) => rule(ref, name, entry)),
      ),
    ...deployment
      .resources(`AWS::EC2::SecurityGroup${name}`)
      .map(({ properties }) => rule(properties.GroupId, name, properties)),
  ];
  return { Ingress: side('Ingress'), Egress: side('Egress') };
}
