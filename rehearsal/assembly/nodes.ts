import { CacheRole } from '../../lib/contract/roles';
import { CacheTag } from '../../lib/contract/tags';
import { RehearsalError } from '../errors';
import { containersOf } from './containers';
import type { DeployedResource, Deployment } from './deployment';
import type { InstancePlan, RecordPlan, ServicePlan, SubnetPlan } from './plan';
import { propagatedTags, tagsOf } from './tags';

type SubnetOf = (id: string) => SubnetPlan;

/** Reads an EC2 node: an Auto Scaling group of one, and the interface that is the node's address. */
export function readInstance(deployment: Deployment, group: DeployedResource, subnetOf: SubnetOf): InstancePlan {
  const tags = propagatedTags(group);
  const interfaceId = tags[CacheTag.INTERFACE];
  const card = deployment.find('AWS::EC2::NetworkInterface', interfaceId);
  if (!card) {
    throw new RehearsalError(
      `${group.logicalId} has '${interfaceId}' in its propagated tag ${CacheTag.INTERFACE}, ` +
        'expected the id of a network interface of the assembly',
    );
  }
  const specification = group.properties.LaunchTemplate;
  const template = deployment.find('AWS::EC2::LaunchTemplate', specification?.LaunchTemplateId);
  if (!template) throw new RehearsalError(`${group.logicalId} has no launch template of the assembly, expected one`);
  const data = template.properties.LaunchTemplateData ?? {};
  return {
    kind: 'instance',
    name: tagsOf(group)[CacheTag.NODE] ?? group.logicalId,
    zone: subnetOf(card.properties.SubnetId).zone,
    port: 0,
    subnet: subnetOf(card.properties.SubnetId),
    interfaceId: card.ref,
    interfaceAddress: String(deployment.attribute(card.stack, card.logicalId, 'PrimaryPrivateIpAddress')),
    group: group.logicalId,
    region: group.stack.region,
    stack: group.stack.name,
    userData: Buffer.from(String(data.UserData ?? ''), 'base64').toString(),
    tags,
    tagsInMetadata: data.MetadataOptions?.InstanceMetadataTags === 'enabled',
    securityGroups: card.properties.GroupSet ?? [],
  };
}

/** Reads an ECS service: a node, or the tier of proxies. `targetGroup` is that of the endpoint, where it has one. */
export function readService(
  deployment: Deployment,
  service: DeployedResource,
  subnetOf: SubnetOf,
  { targetGroup, task = taskOf(deployment, service) }: { targetGroup?: string; task?: DeployedResource },
): ServicePlan {
  const { properties } = service;
  const network = properties.NetworkConfiguration?.AwsvpcConfiguration ?? {};
  const subnets = ((network.Subnets ?? []) as string[]).map(subnetOf);
  if (subnets.length === 0) {
    throw new RehearsalError(`${service.logicalId} has no subnets, expected the network mode awsvpc with some`);
  }
  const containers = containersOf(task);
  const balancers: any[] = properties.LoadBalancers ?? [];
  return {
    kind: 'service',
    name: tagsOf(service)[CacheTag.NODE] ?? CacheRole.PROXY,
    zone: subnets[0]!.zone,
    port: Number(containers.find(({ port }) => port !== undefined)?.port ?? balancers[0]?.ContainerPort),
    subnets,
    count: Math.max(Number(properties.DesiredCount ?? 1), leastCount(deployment, service)),
    containers,
    securityGroups: network.SecurityGroups ?? [],
    record: recordOf(deployment, service),
    balanced: targetGroup !== undefined && balancers.some(({ TargetGroupArn }) => TargetGroupArn === targetGroup),
  };
}

function taskOf(deployment: Deployment, { logicalId, properties }: DeployedResource): DeployedResource {
  const task = deployment.find('AWS::ECS::TaskDefinition', properties.TaskDefinition);
  if (!task) throw new RehearsalError(`${logicalId} has no task definition of the assembly, expected one`);
  return task;
}

/** What scaling keeps at the least: a service that is scaled states no count of its own. */
function leastCount(deployment: Deployment, service: DeployedResource): number {
  const name = deployment.attribute(service.stack, service.logicalId, 'Name');
  const scaled = deployment
    .resources('AWS::ApplicationAutoScaling::ScalableTarget')
    .find(({ properties }) => String(properties.ResourceId).endsWith(`/${name}`));
  return Number(scaled?.properties.MinCapacity ?? 0);
}

function recordOf(deployment: Deployment, service: DeployedResource): RecordPlan | undefined {
  const registry = service.properties.ServiceRegistries?.[0]?.RegistryArn;
  if (registry === undefined) return undefined;
  const entry = deployment
    .resources('AWS::ServiceDiscovery::Service')
    .find(({ stack, logicalId }) => deployment.attribute(stack, logicalId, 'Arn') === registry);
  if (!entry) throw new RehearsalError(`${service.logicalId} registers at no Cloud Map service of the assembly`);
  const namespaceId = entry.properties.DnsConfig?.NamespaceId ?? entry.properties.NamespaceId;
  const namespace = deployment
    .resources('AWS::ServiceDiscovery::PrivateDnsNamespace')
    .find(({ stack, logicalId }) => deployment.attribute(stack, logicalId, 'Id') === namespaceId);
  if (!namespace) throw new RehearsalError(`${entry.logicalId} is in no private DNS namespace of the assembly`);
  return {
    name: `${entry.properties.Name}.${namespace.properties.Name}`,
    ttl: Number(entry.properties.DnsConfig?.DnsRecords?.[0]?.TTL ?? 60),
  };
}
