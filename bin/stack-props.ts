import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Node } from 'constructs';
import {
  CacheTopology,
  MemcachedNodes,
  CacheMetricDetail,
  ClientAffinity,
  Routing,
  type HaCacheStackProps,
  type IMemcachedNodes,
  type IRouting,
  type ProxyTierOptions,
} from '../lib';

/** What `cdk deploy -c name=value` may say. docs/operations.md says what each means. */
type Name =
  | 'vpcId'
  | 'availabilityZones'
  | 'maxAzs'
  | 'natGateways'
  | 'compute'
  | 'instanceType'
  | 'cpu'
  | 'memoryLimitMiB'
  | 'nodesPerZone'
  | 'topology'
  | 'routing'
  | 'minProxiesPerZone'
  | 'clientAffinity'
  | 'metricDetail'
  | 'latencyByOutcome'
  | 'cpuArchitecture'
  | 'pullThroughCachePrefix'
  | 'ipAddressType'
  | 'clientCidr'
  | 'alarmTopicArn';

/** The strategies by name. mcrouter is not among them: its image is the user's, and given in code. */
const STRATEGIES: Record<string, (tier: ProxyTierOptions) => IRouting> = {
  memcachedProxy: (tier) => Routing.memcachedProxy(tier),
  twemproxy: (tier) => Routing.twemproxy(tier),
  haproxy: (tier) => Routing.haproxy(tier),
  haproxyStandby: (tier) => Routing.haproxy({ ...tier, standby: true }),
  nginxStream: (tier) => Routing.nginxStream(tier),
  networkLoadBalancer: () => Routing.networkLoadBalancer(),
  clientSide: () => Routing.clientSide(),
};

/** Those without proxies. */
const WITHOUT_PROXIES = ['networkLoadBalancer', 'clientSide'];

/** Whether clients stay in their zone, the default first. */
const AFFINITIES: Record<string, ClientAffinity> = {
  any: ClientAffinity.ANY,
  partial: ClientAffinity.PARTIAL,
  zone: ClientAffinity.ZONE,
};

/** The processors by the names that AWS gives them, the default first. */
const ARCHITECTURES: Record<string, CpuArchitecture> = {
  arm64: CpuArchitecture.ARM64,
  x86_64: CpuArchitecture.X86_64,
};

/** What addresses the endpoint has, by the names that AWS gives them, the default first. */
const ADDRESS_TYPES: Record<string, IpAddressType> = {
  ipv4: IpAddressType.IPV4,
  dualstack: IpAddressType.DUAL_STACK,
};

/** The finest metrics by name, the default first. */
const DETAILS: Record<string, CacheMetricDetail> = {
  node: CacheMetricDetail.NODE,
  zone: CacheMetricDetail.ZONE,
  cluster: CacheMetricDetail.CLUSTER,
};

/**
 * Reads the shape of the stack from the CDK context.
 *
 * @throws when a value is not what its name takes, or two do not go together
 */
export function stackPropsFromContext(node: Node): HaCacheStackProps {
  const clientCidr = text(node, 'clientCidr');
  return {
    vpcId: text(node, 'vpcId'),
    availabilityZones: text(node, 'availabilityZones')?.split(','),
    maxAzs: wholeNumber(node, 'maxAzs'),
    natGateways: wholeNumber(node, 'natGateways'),
    nodes: nodes(node),
    topology: oneOf(node, 'topology', ['replicated', 'sharded']) === 'sharded' ? CacheTopology.sharded() : undefined,
    routing: routing(node),
    clientAffinity: AFFINITIES[oneOf(node, 'clientAffinity', Object.keys(AFFINITIES))],
    clients: clientCidr === undefined ? undefined : [peer(clientCidr)],
    ipAddressType: ADDRESS_TYPES[oneOf(node, 'ipAddressType', Object.keys(ADDRESS_TYPES))],
    alarmTopicArn: text(node, 'alarmTopicArn'),
    cpuArchitecture: ARCHITECTURES[oneOf(node, 'cpuArchitecture', Object.keys(ARCHITECTURES))],
    pullThroughCachePrefix: text(node, 'pullThroughCachePrefix'),
    metricDetail: DETAILS[oneOf(node, 'metricDetail', Object.keys(DETAILS))],
    latencyByOutcome: oneOf(node, 'latencyByOutcome', ['false', 'true']) === 'true',
  };
}

function routing(node: Node): IRouting {
  const name = oneOf(node, 'routing', Object.keys(STRATEGIES));
  const minProxiesPerZone = wholeNumber(node, 'minProxiesPerZone');
  if (WITHOUT_PROXIES.includes(name)) reject('minProxiesPerZone', minProxiesPerZone, `routing=${name}`);
  return STRATEGIES[name]({ minProxiesPerZone });
}

function nodes(node: Node): IMemcachedNodes {
  const nodesPerZone = wholeNumber(node, 'nodesPerZone') ?? 2;
  const instanceType = text(node, 'instanceType');
  const cpu = wholeNumber(node, 'cpu');
  const memoryLimitMiB = wholeNumber(node, 'memoryLimitMiB');
  if (oneOf(node, 'compute', ['ec2', 'fargate']) === 'fargate') {
    reject('instanceType', instanceType, 'compute=fargate');
    return MemcachedNodes.fargate({ nodesPerZone, cpu, memoryLimitMiB });
  }
  reject('cpu', cpu, 'compute=ec2');
  reject('memoryLimitMiB', memoryLimitMiB, 'compute=ec2');
  return MemcachedNodes.ec2({
    nodesPerZone,
    instanceType: instanceType === undefined ? undefined : new ec2.InstanceType(instanceType),
  });
}

function peer(cidr: string): ec2.IPeer {
  return cidr.includes(':') ? ec2.Peer.ipv6(cidr) : ec2.Peer.ipv4(cidr);
}

function text(node: Node, name: Name): string | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined) return undefined;
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
    throw new Error(
      `context ${name} is ${JSON.stringify(value)}, expected a text: pass -c ${name}=VALUE, or leave it out`,
    );
  }
  return String(value);
}

function wholeNumber(node: Node, name: Name): number | undefined {
  const value = text(node, name);
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) {
    throw new Error(`context ${name} is '${value}', expected a whole number: pass -c ${name}=2, or leave it out`);
  }
  return Number(value);
}

function oneOf<T extends string>(node: Node, name: Name, values: T[]): T {
  const value = text(node, name) ?? values[0];
  const found = values.find((candidate) => candidate === value);
  if (!found) {
    throw new Error(`context ${name} is '${value}', expected ${values.join(' or ')}: change it, or leave it out`);
  }
  return found;
}

function reject(name: Name, value: unknown, choice: string): void {
  if (value !== undefined) {
    throw new Error(`context ${name} is '${value}', expected none with ${choice}: leave it out`);
  }
}
