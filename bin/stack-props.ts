import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import type { Node } from 'constructs';
import {
  CacheTopology,
  MemcachedNodes,
  CacheMetricDetail,
  Routing,
  type HaCacheStackProps,
  type IMemcachedNodes,
  type IRouting,
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
  | 'metricDetail'
  | 'latencyByOutcome'
  | 'cpuArchitecture'
  | 'pullThroughCachePrefix'
  | 'clientCidr'
  | 'alarmTopicArn';

/** The strategies by name. mcrouter is not among them: its image is the user's, and given in code. */
const STRATEGIES: Record<string, () => IRouting> = {
  memcachedProxy: () => Routing.memcachedProxy(),
  twemproxy: () => Routing.twemproxy(),
  haproxy: () => Routing.haproxy(),
  haproxyStandby: () => Routing.haproxy({ standby: true }),
  nginxStream: () => Routing.nginxStream(),
  networkLoadBalancer: () => Routing.networkLoadBalancer(),
  clientSide: () => Routing.clientSide(),
};

/** The processors by the names that AWS gives them, the default first. */
const ARCHITECTURES: Record<string, CpuArchitecture> = {
  arm64: CpuArchitecture.ARM64,
  x86_64: CpuArchitecture.X86_64,
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
    routing: STRATEGIES[oneOf(node, 'routing', Object.keys(STRATEGIES))](),
    clients: clientCidr === undefined ? undefined : [ec2.Peer.ipv4(clientCidr)],
    alarmTopicArn: text(node, 'alarmTopicArn'),
    cpuArchitecture: ARCHITECTURES[oneOf(node, 'cpuArchitecture', Object.keys(ARCHITECTURES))],
    pullThroughCachePrefix: text(node, 'pullThroughCachePrefix'),
    metricDetail: DETAILS[oneOf(node, 'metricDetail', Object.keys(DETAILS))],
    latencyByOutcome: oneOf(node, 'latencyByOutcome', ['false', 'true']) === 'true',
  };
}

function nodes(node: Node): IMemcachedNodes {
  const nodesPerZone = wholeNumber(node, 'nodesPerZone') ?? 2;
  const instanceType = text(node, 'instanceType');
  const cpu = wholeNumber(node, 'cpu');
  const memoryLimitMiB = wholeNumber(node, 'memoryLimitMiB');
  if (oneOf(node, 'compute', ['ec2', 'fargate']) === 'fargate') {
    reject('instanceType', instanceType, 'fargate');
    return MemcachedNodes.fargate({ nodesPerZone, cpu, memoryLimitMiB });
  }
  reject('cpu', cpu, 'ec2');
  reject('memoryLimitMiB', memoryLimitMiB, 'ec2');
  return MemcachedNodes.ec2({
    nodesPerZone,
    instanceType: instanceType === undefined ? undefined : new ec2.InstanceType(instanceType),
  });
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

function reject(name: Name, value: unknown, compute: string): void {
  if (value !== undefined) {
    throw new Error(`context ${name} is '${value}', expected none with compute=${compute}: leave it out`);
  }
}
