import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { stateAbsences } from '../containers/absences';
import { addCertificates } from '../containers/certificates';
import { CONTAINER_NAME, ProcessTaskDefinition, SERVICE_PROPERTIES } from '../containers/fargate-task';
import { fargateTaskSize, type FargateTaskSizeOptions } from '../containers/fargate-task-size';
import { BACKLOG_CONTROL } from '../containers/machine';
import type { ContainerSpecification } from '../containers/specification';
import type { CacheContext } from '../context/cache-context';
import type { ProxyTlsOptions } from '../context/tls';
import { CacheRole } from '../contract/roles';
import { CacheTag } from '../contract/tags';
import { inputError } from '../errors';
import type { TargetTlsPorts } from '../network/listeners';
import type { CacheLoadBalancer } from '../network/load-balancer';
import { hostSecurityGroup } from '../network/security-group';
import { knownInteger } from '../validation';
import { NO_LATE_WRITES } from './late-writes';
import { checkOwnPorts } from './own-ports';

/** Options of a tier of proxies on Fargate. */
export interface ProxyTierOptions extends FargateTaskSizeOptions {
  /**
   * The minimum number of proxies in each zone.
   *
   * @default 1
   */
  readonly minProxiesPerZone?: number;

  /**
   * The maximum number of proxies in each zone.
   *
   * @default - four times the minimum, up to 500
   */
  readonly maxProxiesPerZone?: number;

  /**
   * The CPU utilization, in percent, that scaling aims for by adding and removing proxies.
   *
   * @default 50
   */
  readonly targetCpuUtilizationPercent?: number;
}

/** In a zone. */
const MOST = 500;

/** Checks the properties of a proxy tier before anything is made. */
export function completeProxyTier(options: ProxyTierOptions): Required<ProxyTierOptions> {
  const min = knownInteger('minProxiesPerZone', options.minProxiesPerZone ?? 1, {
    min: 1,
    advice: 'a zone without a proxy reads every key from another zone',
  });
  const max = knownInteger('maxProxiesPerZone', options.maxProxiesPerZone ?? Math.max(min, Math.min(min * 4, MOST)), {
    min,
    advice: `it cannot be lower than minProxiesPerZone (${min})`,
  });
  if (max > MOST) {
    throw inputError({
      got: min > MOST ? `minProxiesPerZone is ${min}` : `maxProxiesPerZone is ${max}`,
      expected: `at most ${MOST}`,
      advice: 'ECS runs 5,000 tasks in a service; give each proxy more cpu',
    });
  }
  return {
    ...fargateTaskSize(options, { cpu: 256, memoryPerCpu: 2 }),
    minProxiesPerZone: min,
    maxProxiesPerZone: max,
    targetCpuUtilizationPercent: knownInteger(
      'targetCpuUtilizationPercent',
      options.targetCpuUtilizationPercent ?? 50,
      {
        min: 10,
        max: 90,
        advice: 'proxies need room for the load of those that fail',
      },
    ),
  };
}

/** Properties of `ProxyTier`. */
interface ProxyTierProps {
  readonly context: CacheContext;
  readonly loadBalancer: CacheLoadBalancer;

  /** What runs, and what it is to the cluster: a proxy, or what lists the nodes for clients. */
  readonly specification: ContainerSpecification;

  readonly tier: Required<ProxyTierOptions>;

  /** How the process ends TLS; absent where it does not. */
  readonly tls?: EndOfTls;
}

/** How a process ends TLS. */
export interface EndOfTls {
  readonly options: ProxyTlsOptions;

  /** The ports on which it does. */
  readonly ports: TargetTlsPorts;

  /** Where it takes `refresh_certs`, on loopback. */
  readonly refreshPort: number;
}

/**
 * Stateless processes behind a load balancer: one Fargate service over all zones, scaled on CPU.
 *
 * The engine is not its concern: memcached's proxy and every other is a container specification to it.
 */
export class ProxyTier extends Construct {
  public readonly service: ecs.FargateService;

  constructor(scope: Construct, id: string, { context, loadBalancer, specification, tier, tls }: ProxyTierProps) {
    super(scope, id);
    const { role } = specification;
    checkOwnPorts(this, specification);
    const securityGroup = hostSecurityGroup(this, 'SecurityGroup', context.vpc, 'The proxies of a memcached cluster');
    const taskDefinition = new ProcessTaskDefinition(this, 'Task', {
      context,
      specification: { ...specification, systemControls: [...NO_LATE_WRITES, BACKLOG_CONTROL] },
      size: tier,
      // Else the container beside it would have as much as it.
      processCpu: tls && tier.cpu / 2,
    });
    const further = loadBalancer._targets.filter(({ port }) => port !== specification.port);
    taskDefinition.defaultContainer!.addPortMappings(...further.map(({ port }) => ({ containerPort: port })));
    if (tls) addCertificates(taskDefinition, context, tls.options, tls.refreshPort);
    this.service = new ecs.FargateService(this, 'Service', {
      ...SERVICE_PROPERTIES,
      cluster: context.ecsCluster,
      taskDefinition,
      vpcSubnets: { subnets: context.zones.map(({ subnet }) => subnet) },
      securityGroups: [securityGroup],
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      deploymentAlarms: role === CacheRole.PROXY ? rolledBackBy(context.canaryAlarmName) : undefined,
    });
    stateAbsences(this.service);
    Tags.of(this.service).add(CacheTag.ROLE, role);
    this.service.node.addDependency(...context.zones.map(({ subnet }) => subnet.internetConnectivityEstablished));

    const description = 'memcached to the proxies, and their health checks';
    for (const { group, port } of loadBalancer._targets) {
      loadBalancer.connections.allowTo(securityGroup, ec2.Port.tcp(port), description);
      group.addTarget(this.service.loadBalancerTarget({ containerName: CONTAINER_NAME, containerPort: port }));
    }

    const zones = context.zones.length;
    // The service states no desired count: an update of the stack would set a tier that has scaled out back to it.
    this.service
      .autoScaleTaskCount({
        minCapacity: tier.minProxiesPerZone * zones,
        maxCapacity: tier.maxProxiesPerZone * zones,
      })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: tier.targetCpuUtilizationPercent });
  }
}

/** The alarm is made after the service, which only knows its name: a reference would make a circle. */
function rolledBackBy(alarmName?: string): ecs.DeploymentAlarmConfig | undefined {
  return alarmName === undefined
    ? undefined
    : { alarmNames: [alarmName], behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM };
}
