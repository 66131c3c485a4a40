import { RehearsalError } from '../errors';
import { parseCidr, toAddress } from './cidr';
import { DeployedResource, Deployment } from './deployment';
import { readEndpoint } from './endpoint';
import { readInstance, readService } from './nodes';
import type { ClusterPlan, NodePlan, SubnetPlan, Topology } from './plan';
import { checkSecurityGroups } from './security-groups';
import { tag, tagsOf } from './tags';
import type { Stack } from './template';

const hosts = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service'];

/** Every cache cluster of the assembly, told by its tags. */
export function readClusters(stacks: readonly Stack[], onlyStack?: string): ClusterPlan[] {
  const deployment = new Deployment(stacks);
  const balancers = deployment
    .resources('AWS::ElasticLoadBalancingV2::LoadBalancer')
    .filter((balancer) => tagsOf(balancer)[tag.role] === 'endpoint')
    .filter(({ stack }) => onlyStack === undefined || stack.name === onlyStack);
  if (balancers.length === 0) {
    throw new RehearsalError(
      `found no cache cluster in ${stacks.map(({ name }) => name).join(', ') || 'an empty assembly'}` +
        `${onlyStack === undefined ? '' : ` with the stack name '${onlyStack}'`}, expected a load balancer with the ` +
        `tag ${tag.role}=endpoint; only clusters that are routed through proxies can be rehearsed, and nested stacks are not read`,
    );
  }
  return balancers.map((balancer) => readCluster(deployment, balancer));
}

function readCluster(deployment: Deployment, balancer: DeployedResource): ClusterPlan {
  const { [tag.cluster]: id, [tag.topology]: topology } = tagsOf(balancer);
  if (topology !== 'replicated' && topology !== 'sharded') {
    throw new RehearsalError(
      `${balancer.logicalId} has the tag ${tag.topology}=${topology}, expected replicated or sharded`,
    );
  }
  const members = deployment
    .resources('AWS::EC2::NetworkInterface', ...hosts)
    .filter((resource) => resource.stack === balancer.stack && tagsOf(resource)[tag.cluster] === id);
  const withRole = (role: string) =>
    members.filter(({ type, ...rest }) => hosts.includes(type) && tagsOf(rest)[tag.role] === role);

  const subnetOf = subnetReader(deployment, members);
  const nodes = withRole('node').map((host): NodePlan => {
    const instance = host.type === 'AWS::AutoScaling::AutoScalingGroup';
    return instance ? readInstance(deployment, host, subnetOf) : readService(deployment, host, subnetOf);
  });
  if (nodes.length === 0) throw new RehearsalError(`cluster '${id}' has no nodes with the tag ${tag.role}=node`);

  const { targetGroup, ...endpoint } = readEndpoint(deployment, balancer, subnetOf);
  const proxyService = withRole('proxy').find(({ properties }) =>
    properties.LoadBalancers?.some(({ TargetGroupArn }: any) => TargetGroupArn === targetGroup),
  );
  if (!proxyService) {
    throw new RehearsalError(
      `no ECS service of cluster '${id}' is behind the target group of ${balancer.logicalId}, ` +
        'expected a tier of proxies; other routings cannot be rehearsed yet',
    );
  }
  const proxies = readService(deployment, proxyService, subnetOf);
  const plan: ClusterPlan = {
    id: id ?? balancer.logicalId,
    stack: balancer.stack.name,
    file: balancer.stack.file,
    sha256: balancer.stack.sha256,
    region: balancer.stack.region,
    topology: topology as Topology,
    zones: endpoint.subnets.map(({ zone }) => zone),
    // An instance's port stands only in its user data; nodes and proxies of a cluster share one.
    nodes: nodes.map((node) => (node.kind === 'instance' ? { ...node, port: proxies.port } : node)),
    proxies,
    endpoint,
    nameserver: nameserverOf(deployment, endpoint.subnets[0]!),
  };
  checkSecurityGroups(deployment, plan);
  return plan;
}

/** A subnet made elsewhere says nothing of its zone here: the tags of what stands in it do. */
function subnetReader(deployment: Deployment, members: DeployedResource[]) {
  const taught = new Map<string, string>();
  for (const member of members) {
    const zone = tagsOf(member)[tag.zone];
    const { SubnetId, VPCZoneIdentifier, NetworkConfiguration } = member.properties;
    const ids = [SubnetId, ...(VPCZoneIdentifier ?? []), ...(NetworkConfiguration?.AwsvpcConfiguration?.Subnets ?? [])];
    if (zone !== undefined) for (const id of ids) taught.set(id, zone);
  }
  return (id: string): SubnetPlan => {
    const zone = deployment.find('AWS::EC2::Subnet', id)?.properties.AvailabilityZone ?? taught.get(id);
    if (zone === undefined) {
      throw new RehearsalError(
        `the availability zone of subnet '${id}' is unknown, expected a node there with ${tag.zone}`,
      );
    }
    return { id, zone, cidr: deployment.subnetCidr(id) };
  };
}

function nameserverOf(deployment: Deployment, subnet: SubnetPlan): string {
  const vpc = deployment.find('AWS::EC2::VPC', deployment.find('AWS::EC2::Subnet', subnet.id)?.properties.VpcId);
  return toAddress(parseCidr(vpc?.properties.CidrBlock ?? '100.65.0.0/16').first + 2);
}
