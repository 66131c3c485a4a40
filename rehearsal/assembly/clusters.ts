import { CacheRole } from '../../lib/contract/roles';
import { CacheTag } from '../../lib/contract/tags';
import { CacheTopologyKind } from '../../lib/contract/topology-kind';
import { RehearsalError } from '../errors';
import { readAlarms } from './alarms';
import { applicationsOf, readApplication, type Application } from './application';
import { parseCidr, toAddress } from './cidr';
import { readDashboard } from './dashboard';
import { DeployedResource, Deployment } from './deployment';
import { endpointTypes, readEndpoint } from './endpoint';
import { readInstance, readService } from './nodes';
import type { ClusterPlan, EndpointPlan, NodePlan, ServicePlan, SidecarsPlan, SubnetPlan, UpdatePlan } from './plan';
import { readProbe } from './probe';
import { checkSecurityGroups } from './security-groups';
import { tagsOf } from './tags';
import type { Stack } from './template';

const hosts = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service'];

/** Every cache cluster of the assembly, told by its tags. */
export const readClusters = (stacks: readonly Stack[], onlyStack?: string): ClusterPlan[] =>
  clustersOf(new Deployment(stacks), onlyStack);

/** Every cluster of an assembly, and what it is to become by a later one. */
export function readUpdates(from: readonly Stack[], to: readonly Stack[], onlyStack?: string): UpdatePlan[] {
  const before = new Deployment(from);
  const plans = clustersOf(before, onlyStack);
  const later = clustersOf(new Deployment(to, before), onlyStack);
  return plans.map((plan) => {
    const to = later.find(({ stack, id }) => stack === plan.stack && id === plan.id);
    if (!to) {
      throw new RehearsalError(
        `the second assembly has no cluster '${plan.id}' in a stack ${plan.stack}, expected every cluster of the first: ` +
          'synthesize both from the same app, or name a stack with --stack',
      );
    }
    checkUpdate(plan, to);
    return { from: plan, to };
  });
}

/** Fails for an update that cannot be rehearsed: here the endpoint stays as it is. */
function checkUpdate(from: ClusterPlan, to: ClusterPlan): void {
  const changes = Object.entries({
    topology: [from.topology, to.topology],
    zones: [from.zones, to.zones],
    endpoint: [fixed(from.endpoint), fixed(to.endpoint)],
    'kind of nodes': [kindsOf(from), kindsOf(to)],
  });
  const changed = changes.find(([, [before, after]]) => JSON.stringify(before) !== JSON.stringify(after));
  if (changed || from.endpoint.kind !== 'balancer' || !from.proxies || !to.proxies) {
    const what = changed ? `changes its ${changed[0]}` : 'has no proxies behind a load balancer';
    throw new RehearsalError(
      `cluster '${from.id}' ${what}, expected one whose nodes or proxies change, and nothing before them: ` +
        'rehearse the two assemblies one by one',
    );
  }
}

const fixed = (endpoint: EndpointPlan): EndpointPlan =>
  endpoint.kind === 'servers' ? { ...endpoint, servers: [] } : endpoint;

const kindsOf = ({ nodes }: ClusterPlan): string[] => [...new Set(nodes.map(({ kind }) => kind))];

function clustersOf(deployment: Deployment, onlyStack: string | undefined): ClusterPlan[] {
  const { stacks } = deployment;
  const endpoints = deployment
    .resources(...endpointTypes)
    .filter((endpoint) => tagsOf(endpoint)[CacheTag.ROLE] === CacheRole.ENDPOINT)
    .filter(({ stack }) => onlyStack === undefined || stack.name === onlyStack);
  const led = endpoints.map((endpoint) => tagsOf(endpoint)[CacheTag.CLUSTER]);
  // A cluster with an endpoint is rehearsed through it, whatever sidecars it has.
  const applications = applicationsOf(deployment)
    .filter(({ labels }) => !led.includes(labels[CacheTag.CLUSTER]))
    .filter(({ labels }, i, all) => all.findIndex((each) => sameCluster(each.labels, labels)) === i)
    .filter(({ service }) => onlyStack === undefined || service.stack.name === onlyStack);
  if (endpoints.length + applications.length === 0) {
    throw new RehearsalError(
      `found no cache cluster in ${stacks.map(({ name }) => name).join(', ') || 'an empty assembly'}` +
        `${onlyStack === undefined ? '' : ` with the stack name '${onlyStack}'`}, expected a load balancer or an SSM ` +
        `parameter with the tag ${CacheTag.ROLE}=${CacheRole.ENDPOINT}, or an ECS service whose task has a container with the ` +
        `label ${CacheTag.ROLE}=${CacheRole.SIDECAR}; nested stacks are not read`,
    );
  }
  return [
    ...endpoints.map((endpoint) => readCluster(deployment, endpoint, tagsOf(endpoint))),
    ...applications.map((application) => readCluster(deployment, application.service, application.labels, application)),
  ];
}

const sameCluster = (one: Labels, other: Labels) => one[CacheTag.CLUSTER] === other[CacheTag.CLUSTER];

type Labels = Readonly<Record<string, string>>;

/** `resource` is what clients connect to, or the service that they are part of. */
function readCluster(
  deployment: Deployment,
  resource: DeployedResource,
  labels: Labels,
  application?: Application,
): ClusterPlan {
  const { [CacheTag.CLUSTER]: id = resource.logicalId, [CacheTag.TOPOLOGY]: topology } = labels;
  if (topology !== CacheTopologyKind.REPLICATED && topology !== CacheTopologyKind.SHARDED) {
    throw new RehearsalError(
      `${resource.logicalId} has the tag ${CacheTag.TOPOLOGY}=${topology}, expected ${CacheTopologyKind.REPLICATED} or ${CacheTopologyKind.SHARDED}`,
    );
  }
  const members = deployment
    .resources('AWS::EC2::NetworkInterface', ...hosts)
    .filter((member) => (application || member.stack === resource.stack) && tagsOf(member)[CacheTag.CLUSTER] === id);
  const withRole = (role: CacheRole) =>
    members.filter(({ type, ...rest }) => hosts.includes(type) && tagsOf(rest)[CacheTag.ROLE] === role);

  const subnetOf = subnetReader(deployment, members);
  const { endpoint, targetGroup } = application
    ? { endpoint: readApplication(deployment, application, subnetOf) }
    : readEndpoint(deployment, resource, subnetOf);
  const service = (each: DeployedResource) => readService(deployment, each, subnetOf, { targetGroup });
  const proxies = withRole(CacheRole.PROXY)
    .map(service)
    .find(({ balanced }) => balanced);
  const nodes = withRole(CacheRole.NODE).map((host): NodePlan => {
    const instance = host.type === 'AWS::AutoScaling::AutoScalingGroup';
    return instance ? readInstance(deployment, host, subnetOf) : service(host);
  });
  if (nodes.length === 0)
    throw new RehearsalError(`cluster '${id}' has no nodes with the tag ${CacheTag.ROLE}=${CacheRole.NODE}`);
  // The rest of it is where its nodes are.
  const stack = (application && withRole(CacheRole.NODE)[0]?.stack) ?? resource.stack;
  if (endpoint.kind !== 'sidecars') checkReached(`${resource.logicalId} of cluster '${id}'`, endpoint, proxies, nodes);

  const subnets = endpoint.kind === 'balancer' ? endpoint.subnets : subnetsOf(nodes);
  const plan: ClusterPlan = {
    id,
    stack: stack.name,
    file: stack.file,
    sha256: stack.sha256,
    region: stack.region,
    topology,
    zones: subnets.map(({ zone }) => zone),
    nodes: nodes.map((node) => (node.kind === 'instance' ? { ...node, port: portOf(endpoint, proxies) } : node)),
    proxies,
    endpoint,
    subnets,
    nameserver: nameserverOf(deployment, subnets[0]!),
    probe: readProbe(deployment, stack, id, subnetOf),
    alarms: readAlarms(deployment, stack, id),
    dashboard: readDashboard(deployment, stack, id),
  };
  checkSecurityGroups(deployment, plan);
  return plan;
}

/** Fails when clients would not reach every node through the endpoint, or something else than nodes. */
function checkReached(
  name: string,
  endpoint: Exclude<EndpointPlan, SidecarsPlan>,
  proxies: ServicePlan | undefined,
  nodes: readonly NodePlan[],
): void {
  if (proxies) return;
  const balanced = endpoint.kind === 'balancer';
  const reached = balanced ? endpoint.fixedTargets : endpoint.servers.map(({ host }) => host);
  if (balanced && reached.length === 0 && !nodes.some((node) => node.kind === 'service' && node.balanced)) {
    throw new RehearsalError(
      `nothing of the cluster is behind the target group of ${name}, ` +
        `expected a tier of proxies (an ECS service with the tag ${CacheTag.ROLE}=${CacheRole.PROXY}), or the nodes as its targets`,
    );
  }
  const hostOf = (node: NodePlan) => (node.kind === 'instance' ? node.interfaceAddress : node.record?.name);
  const stranger = reached.find((host) => !nodes.some((node) => hostOf(node) === host));
  if (stranger !== undefined) {
    throw new RehearsalError(`${name} leads to '${stranger}', expected the addresses or names of its nodes`);
  }
  const missed = nodes.find(
    (node) => !reached.includes(hostOf(node) ?? '') && !(balanced && node.kind === 'service' && node.balanced),
  );
  if (missed)
    throw new RehearsalError(`${name} does not lead to node ${missed.name}, expected it to lead to every node`);
}

/** An instance's port stands only in its user data: it is that of who connects to it. */
function portOf(endpoint: EndpointPlan, proxies: ServicePlan | undefined): number {
  if (proxies) return proxies.port; // nodes and proxies of a cluster share one
  if (endpoint.kind === 'sidecars') return endpoint.port;
  return endpoint.kind === 'balancer' ? endpoint.target.port : endpoint.servers[0]!.port;
}

/** The nodes' subnets, one in each zone. */
function subnetsOf(nodes: readonly NodePlan[]): SubnetPlan[] {
  const all = nodes.map((node) => (node.kind === 'instance' ? node.subnet : node.subnets[0]!));
  return all.filter(({ zone }, i) => all.findIndex((other) => other.zone === zone) === i);
}

/** A subnet made elsewhere says nothing of its zone here: the tags of what stands in it do. */
function subnetReader(deployment: Deployment, members: DeployedResource[]) {
  const taught = new Map<string, string>();
  for (const member of members) {
    const zone = tagsOf(member)[CacheTag.ZONE];
    const { SubnetId, VPCZoneIdentifier, NetworkConfiguration } = member.properties;
    const ids = [SubnetId, ...(VPCZoneIdentifier ?? []), ...(NetworkConfiguration?.AwsvpcConfiguration?.Subnets ?? [])];
    if (zone !== undefined) for (const id of ids) taught.set(id, zone);
  }
  return (id: string): SubnetPlan => {
    const zone = deployment.find('AWS::EC2::Subnet', id)?.properties.AvailabilityZone ?? taught.get(id);
    if (zone === undefined) {
      throw new RehearsalError(
        `the availability zone of subnet '${id}' is unknown, expected a node there with ${CacheTag.ZONE}`,
      );
    }
    return { id, zone, cidr: deployment.subnetCidr(id) };
  };
}

function nameserverOf(deployment: Deployment, subnet: SubnetPlan): string {
  const vpc = deployment.find('AWS::EC2::VPC', deployment.find('AWS::EC2::Subnet', subnet.id)?.properties.VpcId);
  return toAddress(parseCidr(vpc?.properties.CidrBlock ?? '100.65.0.0/16').first + 2);
}
