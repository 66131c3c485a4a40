import { Aspects, Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { HEALTH_CHECK, LASTING, OPEN_FILES } from '../containers/fargate-task';
import { containerScript } from '../containers/script';
import type { ProxyContext } from '../context/proxy-context';
import { CacheRole } from '../contract/roles';
import { CacheTag } from '../contract/tags';
import { ProxyStatisticsEngine } from '../contract/proxy-statistics';
import { inputError, problemText } from '../errors';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import type { IProxyCommand, IProxySidecar, ProxySidecarOptions, ProxySize } from '../interfaces/proxy-sidecar';
import { Endpoint } from '../network/endpoint';
import { having, knownBoolean, knownInteger } from '../validation';
import { NO_LATE_WRITES } from './late-writes';
import { checkOwnPorts } from './own-ports';
import type { IProxyEngine, ProxySpecification } from './proxy-specification';
import { sidecarReport, type SidecarOwner } from './sidecar-report';

/** What a cluster, made here or elsewhere, has for proxies beside applications. */
export interface SidecarSource {
  readonly engine: IProxyEngine;
  readonly context: ProxyContext;
  readonly nodes: IMemcachedNode[];
  readonly nodeConnections: ec2.Connections;
  readonly logGroup?: logs.ILogGroup;
}

const ID = 'MemcachedProxy';

/** As a tier's, but for its memory: it shares the application's. */
const DEFAULT_CPU = 256;
const DEFAULT_MEMORY_MIB = 256;

/** A proxy in a task, before it is monitored. */
export interface Sidecar extends Pick<IProxySidecar, 'container' | 'endpoint' | 'allowFrom'> {
  /** Whose metrics it publishes; none where it publishes none. */
  readonly publishes?: SidecarOwner;

  /** The region of its log, which CloudWatch makes the metrics in; unknown for another driver than `awslogs`. */
  readonly logRegion?: string;
}

/** Adds a proxy to a task, on its loopback interface. */
export function addSidecar(
  source: SidecarSource,
  taskDefinition: ecs.TaskDefinition,
  options: ProxySidecarOptions,
): Sidecar {
  checkTask(taskDefinition);
  const { context, nodeConnections, logGroup } = source;
  const proxy = specificationOf(source, taskDefinition, options);
  const owner = { Cluster: context.clusterName, Application: taskDefinition.family };
  const publishes = canPublish(taskDefinition, proxy, options) ? owner : undefined;
  const specification = { ...proxy, reporter: publishes && sidecarReport(context.port, publishes) };
  const container = taskDefinition.addContainer(ID, {
    containerName: options.containerName ?? 'memcached-proxy',
    image: specification.image,
    user: specification.user,
    // They hold for the whole task (docs/decisions/0028-sidecar.md).
    systemControls: NO_LATE_WRITES,
    ulimits: [OPEN_FILES],
    // ECS replaces a task whose proxy it cannot start again: the application would go on without its cache, unnoticed.
    essential: true,
    enableRestartPolicy: true,
    restartAttemptPeriod: LASTING,
    cpu: options.cpu,
    memoryLimitMiB: options.memoryLimitMiB ?? DEFAULT_MEMORY_MIB,
    entryPoint: ['sh', '-c'],
    command: [containerScript(specification, context.clusterName, { compressed: true })],
    healthCheck: { command: ['CMD-SHELL', specification.healthProbe], ...HEALTH_CHECK },
    logging:
      options.logging ??
      ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'sidecar', mode: ecs.AwsLogDriverMode.NON_BLOCKING }),
    // The containers that need it have been stopped before it is asked to stop: it has nothing to finish.
    stopTimeout: Duration.seconds(10),
    dockerLabels: {
      [CacheTag.CLUSTER]: context.clusterName,
      [CacheTag.ROLE]: CacheRole.SIDECAR,
      [CacheTag.PORT]: String(context.port),
      [CacheTag.TOPOLOGY]: context.topology.kind,
    },
  });
  Aspects.of(taskDefinition).add({
    visit: (construct) => {
      if (construct === taskDefinition) letWait(options.dependents ?? essentialContainers(taskDefinition), container);
    },
  });
  const admitted = new Set<ec2.ISecurityGroup>();
  taskDefinition.node.addValidation({ validate: () => notAdmitted(taskDefinition, admitted) });
  return {
    container,
    endpoint: loopback(context),
    publishes,
    logRegion: container.logDriverConfig?.options?.['awslogs-region'],
    allowFrom: (client) => {
      admit(client, nodeConnections, context);
      for (const group of client.connections.securityGroups) admitted.add(group);
    },
  };
}

/** A proxy for a host that CDK knows nothing of. */
export function proxyCommand(source: SidecarSource, scope: Construct, size: ProxySize): IProxyCommand {
  const { context, nodeConnections } = source;
  const specification = specificationOf(source, scope, size);
  return {
    script: containerScript(specification, context.clusterName),
    healthProbe: specification.healthProbe,
    endpoint: loopback(context),
    allowFrom: (client) => admit(client, nodeConnections, context),
  };
}

function specificationOf(
  { engine, context, nodes }: SidecarSource,
  scope: Construct,
  { cpu, memoryLimitMiB }: ProxySize,
): ProxySpecification {
  const advice = 'leave it out for the default';
  const specification = engine.specifyProxy(scope, context, nodes, {
    loopback: true,
    cpu: knownInteger('cpu', cpu ?? DEFAULT_CPU, { min: 1, advice }),
    memoryLimitMiB: knownInteger('memoryLimitMiB', memoryLimitMiB ?? DEFAULT_MEMORY_MIB, { min: 128, advice }),
  });
  checkOwnPorts(scope, specification);
  return { ...specification, role: CacheRole.SIDECAR };
}

/** Whether its figures get to CloudWatch as metrics. */
function canPublish(
  scope: Construct,
  { statistics }: ProxySpecification,
  { logging, metrics }: ProxySidecarOptions,
): boolean {
  const known = statistics?.engine === ProxyStatisticsEngine.MEMCACHED;
  const logged = logging === undefined || logging instanceof ecs.AwsLogDriver;
  const wanted = knownBoolean('metrics', metrics ?? (known && logged));
  if (!wanted || known) return wanted;
  throw inputError({
    got: 'metrics is true for another proxy than memcached’s',
    expected: 'false',
    advice: 'leave it out, or take Routing.memcachedProxy() for the proxy',
    scope,
  });
}

const loopback = ({ port }: ProxyContext): Endpoint => new Endpoint('127.0.0.1', port);

/** From the client's side: where it is of another stack, that has the rules, because it depends on the cluster's already. */
function admit(client: ec2.IConnectable, nodes: ec2.Connections, { port }: ProxyContext): void {
  having('client', client, 'connections', 'a service, a security group or another ec2.IConnectable');
  const { connections } = client;
  // A group that lets everything out needs no rule for it, and CDK warns of one: as a peer it gets none.
  const groups = connections.securityGroups.map((group) =>
    group.allowAllOutbound ? new ec2.Connections({ peer: group }) : group.connections,
  );
  for (const each of groups.length > 0 ? groups : [connections]) {
    each.allowTo(nodes, ec2.Port.tcp(port), 'memcached from the proxy beside an application');
  }
}

function checkTask(taskDefinition: ecs.TaskDefinition): void {
  having('taskDefinition', taskDefinition, 'addContainer', 'an ecs.TaskDefinition that is made in this app');
  const { networkMode, node } = taskDefinition;
  if (networkMode !== ecs.NetworkMode.AWS_VPC) {
    throw inputError({
      got: `the network mode of the task is ${networkMode}`,
      expected: ecs.NetworkMode.AWS_VPC,
      advice:
        'its containers then share the loopback interface, and nobody else has it; set networkMode of the task ' +
        'definition, or run one proxy on each host with proxyCommand',
      scope: taskDefinition,
    });
  }
  if (node.tryFindChild(ID)) {
    throw inputError({
      got: 'the task has a proxy already',
      expected: 'one proxy in a task',
      advice: 'use the one that addProxyTo returned first, or put the other cluster’s into another task',
      scope: taskDefinition,
    });
  }
}

/** A FireLens router starts before those that log through it, of which the proxy may be one. */
const essentialContainers = (taskDefinition: ecs.TaskDefinition): ecs.ContainerDefinition[] =>
  taskDefinition.node.root.node
    .findAll()
    .filter((each): each is ecs.ContainerDefinition => each instanceof ecs.ContainerDefinition)
    .filter((each) => each.taskDefinition === taskDefinition)
    .filter((each) => each.essential && !(each instanceof ecs.FirelensLogRouter));

/** ECS turns the order round when it stops them. */
function letWait(dependents: ecs.ContainerDefinition[], proxy: ecs.ContainerDefinition): void {
  for (const dependent of dependents) {
    const waits = dependent.containerDependencies.some(({ container }) => container === proxy);
    if (waits || waitsFor(proxy, dependent)) continue;
    dependent.addContainerDependencies({ container: proxy, condition: ecs.ContainerDependencyCondition.HEALTHY });
  }
}

/** Whether a container starts after another, or is it. */
function waitsFor(container: ecs.ContainerDefinition, other: ecs.ContainerDefinition): boolean {
  return container === other || container.containerDependencies.some((each) => waitsFor(each.container, other));
}

/** What a proxy would find out at run time: that no node answers it. */
function notAdmitted(taskDefinition: ecs.TaskDefinition, admitted: ReadonlySet<ec2.ISecurityGroup>): string[] {
  const services = taskDefinition.node.root.node
    .findAll()
    .filter((each): each is ecs.BaseService => each instanceof ecs.BaseService)
    .filter((each) => each.taskDefinition === taskDefinition);
  const left = services.filter(({ connections }) => !connections.securityGroups.some((group) => admitted.has(group)));
  if (left.length === 0 && admitted.size > 0) return [];
  const who = left.length > 0 ? left.map(({ node }) => node.path).join(', ') : 'nothing that runs the task';
  return [
    problemText({
      got: `the nodes let in ${left.length > 0 ? 'everything but ' : ''}${who}, whose proxy is beside the application`,
      expected: 'the proxy to reach them',
      advice: 'call allowFrom of what addProxyTo returned, with the service or the security group that runs the task',
    }),
  ];
}
