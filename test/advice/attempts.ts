import { Annotations, App, BootstraplessSynthesizer, NestedStack, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  CacheDashboard,
  CacheTls,
  CacheTopology,
  Endpoint,
  HaCacheStack,
  MemcachedCluster,
  MemcachedNodes,
  type HaCacheStackProps,
  type IMemcachedCluster,
  type LoadBalancerTlsOptions,
  type ProxyTlsOptions,
  type MemcachedClusterAttributes,
  type MemcachedClusterProps,
} from '../../lib';
import { ACCOUNT, REGION, regionalStack, threeZones, ZONES } from '../synth';

export type Attempt = () => unknown;

/** Something wrong, and each way that the message names. */
export type Case = [string, Attempt, ...Attempt[]];

export const sharded = CacheTopology.sharded();
export const replicated = CacheTopology.replicated();
export const image = ecs.ContainerImage.fromRegistry('registry.example/proxy:1');

export type Props = Partial<MemcachedClusterProps>;
export type Given = Props | ((stack: Stack) => Props);

/** A cluster in three zones. */
export function cluster(given: Given = {}, stack = regionalStack()): MemcachedCluster {
  const props = typeof given === 'function' ? given(stack) : given;
  return new MemcachedCluster(stack, 'Cache', { vpc: props.vpc ?? threeZones(stack), ...props });
}

/** A cluster, still to be made. */
export const making =
  (given: Given = {}) =>
  () =>
    cluster(given);
export const ec2Nodes = (options: Parameters<typeof MemcachedNodes.ec2>[0]) =>
  making(() => ({ nodes: MemcachedNodes.ec2(options) }));
export const fargate = (options: Parameters<typeof MemcachedNodes.fargate>[0]) =>
  making(() => ({ nodes: MemcachedNodes.fargate(options) }));
/** Of authorities whose certificates clients present. */
export const trustStore = {
  trustStoreArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:truststore/t/1',
} as elbv2.ITrustStore;
/** A cluster with TLS that the load balancer ends. */
export const tls = (options: Partial<LoadBalancerTlsOptions>, props: Props = {}) =>
  making((stack) => {
    const certificate = acm.Certificate.fromCertificateArn(
      stack,
      'Certificate',
      'arn:aws:acm:eu-west-1:1:certificate/1',
    );
    return { tls: CacheTls.loadBalancer({ hostname: 'cache.example.com', certificate, ...options }), ...props };
  });
/** A cluster with TLS that its proxies end. */
export const tlsOfProxies = (options: Partial<ProxyTlsOptions>, props: Props = {}) =>
  making((stack) => {
    const certificate = secretsmanager.Secret.fromSecretNameV2(stack, 'Certificate', 'certificate');
    return { tls: CacheTls.proxy({ hostname: 'cache.example.com', certificate, ...options }), ...props };
  });
export const alarms = (given: Props['alarms']) => making({ alarms: given });
export const asking = (given: Given, ask: (made: MemcachedCluster) => unknown) => () => ask(cluster(given));
export const stackOf = (props: HaCacheStackProps) => () =>
  new HaCacheStack(new App({ context: looked }), 'HaCache', { env: { account: ACCOUNT, region: REGION }, ...props });
export const importing =
  (attributes: MemcachedClusterAttributes, ask: (made: IMemcachedCluster) => unknown = (made) => made) =>
  () =>
    ask(MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Imported', attributes));

export const looked = { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES };
export const nodeEndpoints = [new Endpoint('10.0.1.10', 11211), new Endpoint('10.0.2.10', 11211)];

/** Selects subnets of a network with more subnets than one a zone. */
export const selecting =
  (select: (vpc: ec2.Vpc) => ec2.SubnetSelection, props: ec2.VpcProps = {}) =>
  () => {
    const stack = regionalStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 3, ...props });
    return cluster({ vpc, vpcSubnets: select(vpc) }, stack);
  };

/** A network of another account or region. */
export const sharedVpc = (props: Props) => () => {
  const stack = regionalStack();
  const vpc = threeZones(stack);
  Object.defineProperty(vpc, 'env', { value: { account: '999999999999', region: REGION } });
  return cluster({ vpc, ...props }, stack);
};

export const regions = (network: string, region: string) => () => {
  const app = new App();
  const vpc = new ec2.Vpc(new Stack(app, 'Network', { env: { account: ACCOUNT, region: network } }), 'Vpc');
  return cluster({ vpc }, new Stack(app, 'Stack', { env: { account: ACCOUNT, region } }));
};

export const inStack =
  (made: (stack: Stack) => unknown, props = {}, context = {}) =>
  () =>
    made(new Stack(new App({ context }), 'Stack', props));

export const tagged =
  (key: string, excludeResourceTypes: string[] = []) =>
  () => {
    const made = cluster();
    Tags.of(made.node.root).add(key, '42', { excludeResourceTypes });
    (made.node.root as App).synth();
  };

export const stackTags = (tags: Record<string, string>) =>
  inStack(
    (stack) => {
      const nested = new NestedStack(stack, 'Nested');
      cluster({ vpc: new ec2.Vpc(nested, 'Vpc') }, nested);
      (stack.node.root as App).synth();
    },
    { tags },
  );

export const without = new BootstraplessSynthesizer();
export const RESTRICT = '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup';
export const bare =
  (props: HaCacheStackProps, flag = false) =>
  () =>
    new HaCacheStack(new App({ context: { [RESTRICT]: flag } }), 'HaCache', { synthesizer: without, ...props });
export const given = (props: Given) => inStack((stack) => cluster(props, stack), { synthesizer: without });

/** A dashboard in a stack with an environment, of a cluster that is made or imported in another stack. */
export const dashboardOf =
  (home: Pick<MemcachedClusterAttributes, 'region' | 'account'>, props: StackProps = {}) =>
  () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', props);
    const reader = new Stack(app, 'Reader', { env: { account: ACCOUNT, region: REGION } });
    const { fromMemcachedClusterAttributes } = MemcachedCluster;
    const read = fromMemcachedClusterAttributes(stack, 'C', { endpointAddress: 'c', clusterName: 'C', ...home });
    return new CacheDashboard(reader, 'Dashboard', { cluster: read });
  };

/** A metric of a cluster in another region. */
export const elsewhere = (read: (made: MemcachedCluster, reader: Stack) => unknown) => () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const reader = new Stack(app, 'Reader', { env: { account: ACCOUNT, region: 'us-east-1' } });
  return reader.resolve(read(cluster({}, stack), reader));
};

export function manyZones(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `us-west-${i}a`);
}

/** In a region whose zones CDK does not know. */
export const zones =
  (availabilityZones: string[], select = (subnets: ec2.ISubnet[]) => subnets) =>
  () => {
    const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: 'us-west-2' } });
    const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones, natGateways: 1 });
    return cluster({ vpc, vpcSubnets: { subnets: select(vpc.privateSubnets) } }, stack);
  };

export function small(cidrMask: number): Attempt {
  const subnetConfiguration = [
    { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
    { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask },
  ];
  return () => {
    const stack = regionalStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 3, subnetConfiguration });
    return cluster({ vpc, nodes: MemcachedNodes.ec2({ nodesPerZone: 8 }) }, stack);
  };
}

export function acknowledging(props: Props, id: string): Attempt {
  return () => {
    const made = cluster(props);
    Annotations.of(made).acknowledgeWarning(id);
    return made;
  };
}

/** What the library says of an attempt: its error, or its warnings. */
export function said(attempt: Attempt): string[] {
  try {
    const made = attempt();
    if (!Construct.isConstruct(made)) return [];
    return made.node.root.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => String(data));
  } catch (error) {
    return [(error as Error).message];
  }
}
