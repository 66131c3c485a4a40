import { CacheTag } from '../../lib/contract/tags';
import { RehearsalError } from '../errors';
import type { DeployedResource, Deployment } from './deployment';
import type {
  Affinity,
  BalancerPlan,
  EndpointPlan,
  ListenerPlan,
  ServerListPlan,
  ServerPlan,
  SubnetPlan,
  TargetPlan,
  TlsPlan,
} from './plan';
import { tagsOf } from './tags';

const balancerType = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** The types of resources that can be a cluster's endpoint. */
export const endpointTypes = [balancerType, 'AWS::SSM::Parameter'];

interface Endpoint {
  readonly endpoint: EndpointPlan;
  /** Of the load balancer, where there is one. */
  readonly targetGroup?: string;
}

/** What clients are told to connect to. */
export function serversOf(endpoint: EndpointPlan): readonly ServerPlan[] {
  if (endpoint.kind === 'servers') return endpoint.servers;
  return [{ host: endpoint.kind === 'balancer' ? endpoint.dnsName : '127.0.0.1', port: endpoint.port }];
}

/** Reads what clients connect to: a load balancer, or the parameter that lists the servers. */
export function readEndpoint(
  deployment: Deployment,
  resource: DeployedResource,
  subnetOf: (id: string) => SubnetPlan,
): Endpoint {
  return resource.type === balancerType
    ? readBalancer(deployment, resource, subnetOf)
    : { endpoint: readServerList(resource) };
}

function readServerList({ logicalId, properties }: DeployedResource): ServerListPlan {
  const servers = String(properties.Value).split(',');
  return {
    kind: 'servers',
    servers: servers.map((server) => {
      const [, host, port] = /^([^\s:]+):(\d+)$/.exec(server) ?? [];
      if (host === undefined) {
        throw new RehearsalError(`the server list ${logicalId} holds '${server}', expected host:port,host:port,…`);
      }
      return { host, port: Number(port) };
    }),
  };
}

/** Reads a Network Load Balancer, its listener and the target group behind it. */
function readBalancer(
  deployment: Deployment,
  balancer: DeployedResource,
  subnetOf: (id: string) => SubnetPlan,
): Endpoint {
  const { Subnets, SubnetMappings, SecurityGroups } = balancer.properties;
  const subnets = (Subnets ?? (SubnetMappings ?? []).map(({ SubnetId }: any) => SubnetId)) as string[];
  const resources = deployment
    .resources('AWS::ElasticLoadBalancingV2::Listener')
    .filter(({ properties }) => properties.LoadBalancerArn === balancer.ref);
  if (resources.length === 0) {
    throw new RehearsalError(`load balancer ${balancer.logicalId} has no listener, expected one`);
  }
  const name = tagsOf(balancer)[CacheTag.TLS_NAME];
  const read = resources.map((resource) => {
    const group = forwardedTo(deployment, resource);
    const listener = listenerOf(resource, name);
    return { resource, group, listener, tls: listener.tls ?? tlsOfTargets(group, name) };
  });
  const main = read.find(({ tls }) => tls) ?? read[0]!;
  const targetGroup = main.group;
  const stray = read.find(({ group }) => !differInPort(group, targetGroup));
  if (stray) {
    throw new RehearsalError(
      `listener ${stray.resource.logicalId} forwards to other targets than ${main.resource.logicalId}, expected the same ones, ` +
        'be it on another port',
    );
  }

  const balancerAttributes = attributesOf(balancer.properties.LoadBalancerAttributes);
  const targetAttributes = attributesOf(targetGroup.properties.TargetGroupAttributes);
  const own = targetAttributes['load_balancing.cross_zone.enabled'] ?? 'use_load_balancer_configuration';
  const crossZone = own.startsWith('use_') ? balancerAttributes['load_balancing.cross_zone.enabled'] : own;
  const nameOf = ({ stack, logicalId }: DeployedResource, kind: string) =>
    String(deployment.attribute(stack, logicalId, `${kind}FullName`));
  const plan: BalancerPlan = {
    kind: 'balancer',
    dnsName: String(deployment.attribute(balancer.stack, balancer.logicalId, 'DNSName')),
    port: main.listener.port,
    tls: main.tls,
    listeners: read.map(({ group, listener }) =>
      group.ref === targetGroup.ref ? listener : { ...listener, targetPort: Number(group.properties.Port) },
    ),
    subnets: subnets.map(subnetOf),
    crossZone: crossZone === 'true',
    affinity: affinityOf(balancer, balancerAttributes),
    securityGroups: SecurityGroups ?? [],
    target: targetOf(targetGroup, targetAttributes),
    dimensions: {
      LoadBalancer: nameOf(balancer, 'LoadBalancer'),
      TargetGroup: nameOf(targetGroup, 'TargetGroup'),
    },
    fixedTargets: ((targetGroup.properties.Targets ?? []) as any[]).map(({ Id }) => String(Id)),
  };
  return { endpoint: plan, targetGroup: targetGroup.ref };
}

/** How targets end TLS themselves. */
function tlsOfTargets(group: DeployedResource, name: string | undefined): TlsPlan | undefined {
  const tls = tagsOf(group)[CacheTag.TARGET_TLS];
  return tls === undefined || name === undefined ? undefined : { name, mutual: tls === 'mutual' };
}

/** Whether two groups are the same, or are of the same tasks, which have other ports in each. */
function differInPort(one: DeployedResource, other: DeployedResource): boolean {
  if (one.ref === other.ref) return true;
  const rest = ({ properties }: DeployedResource) =>
    JSON.stringify({ ...properties, Port: undefined, Tags: undefined });
  return one.properties.Targets === undefined && rest(one) === rest(other);
}

function listenerOf({ logicalId, properties }: DeployedResource, name: string | undefined): ListenerPlan {
  const port = Number(properties.Port);
  if (properties.Protocol !== 'TLS') return { port };
  if (name === undefined) {
    throw new RehearsalError(
      `the load balancer of listener ${logicalId} has no tag ${CacheTag.TLS_NAME}, expected the name that its certificate is for`,
    );
  }
  return { port, tls: { name, mutual: properties.MutualAuthentication?.Mode === 'verify' } };
}

const affinities: Readonly<Record<string, Affinity>> = {
  any_availability_zone: 'any',
  partial_availability_zone_affinity: 'partial',
  availability_zone_affinity: 'zone',
};

function affinityOf({ logicalId }: DeployedResource, attributes: Record<string, string>): Affinity {
  const policy = attributes['dns_record.client_routing_policy'] ?? 'any_availability_zone';
  const affinity = affinities[policy];
  if (affinity) return affinity;
  const expected = Object.keys(affinities).join(' or ');
  throw new RehearsalError(
    `load balancer ${logicalId} has the client routing policy '${policy}', expected ${expected}`,
  );
}

function forwardedTo(deployment: Deployment, listener: DeployedResource): DeployedResource {
  const action = listener.properties.DefaultActions?.[0] ?? {};
  const arn = action.TargetGroupArn ?? action.ForwardConfig?.TargetGroups?.[0]?.TargetGroupArn;
  const group = deployment.find('AWS::ElasticLoadBalancingV2::TargetGroup', arn);
  if (!group) throw new RehearsalError(`listener ${listener.logicalId} forwards to no target group of the assembly`);
  return group;
}

/** The figures that the template leaves out are a Network Load Balancer's own. */
function targetOf({ properties }: DeployedResource, attributes: Record<string, string>): TargetPlan {
  const checkPort = properties.HealthCheckPort ?? 'traffic-port';
  return {
    port: Number(properties.Port),
    check: /^HTTP/.test(properties.HealthCheckProtocol ?? 'TCP') ? 'http' : 'tcp',
    checkPath: properties.HealthCheckPath ?? '/',
    checkPort: checkPort === 'traffic-port' ? undefined : Number(checkPort),
    intervalSeconds: Number(properties.HealthCheckIntervalSeconds ?? 30),
    timeoutSeconds: Number(properties.HealthCheckTimeoutSeconds ?? 10),
    healthyThreshold: Number(properties.HealthyThresholdCount ?? 5),
    unhealthyThreshold: Number(properties.UnhealthyThresholdCount ?? 2),
    deregistrationDelaySeconds: Number(attributes['deregistration_delay.timeout_seconds'] ?? 300),
    endsConnectionsWhenUnhealthy:
      attributes['target_health_state.unhealthy.connection_termination.enabled'] !== 'false',
    endsConnectionsWhenDeregistered: attributes['deregistration_delay.connection_termination.enabled'] === 'true',
  };
}

const attributesOf = (list: { Key: string; Value: unknown }[] = []): Record<string, string> =>
  Object.fromEntries(list.map(({ Key, Value }) => [Key, String(Value)]));
