import { Duration, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { ClientAffinity } from '../context/client-affinity';
import { CacheRole } from '../contract/roles';
import { CacheTag } from '../contract/tags';
import type { ProbedEndpoint } from '../contract/probe-event';
import { inputError } from '../errors';
import type { Endpoint } from './endpoint';
import { addListeners, type TargetTlsPorts } from './listeners';
import { requireIpv6 } from './ip-address-type';
import { closedSecurityGroup } from './security-group';

/**
 * A Network Load Balancer goes on sending new connections to a target for about two minutes after it was deregistered,
 * whatever its delay (aws/containers-roadmap#470, kubernetes-sigs/aws-load-balancer-controller#2366 and #3270). ECS stops a
 * task when the delay is over, so the delay is longer than that, and the process serves until its end.
 */
const DEREGISTRATION_DELAY = Duration.seconds(180);

/** Properties of `CacheLoadBalancer`. */
export interface CacheLoadBalancerProps {
  /** The settings and resources that the cluster provides. */
  readonly context: CacheContext;

  /**
   * The load balancer's role in the cluster: `CacheRole.ENDPOINT`, or `CacheRole.DISCOVERY` when it only lists the nodes for
   * clients.
   *
   * @default CacheRole.ENDPOINT
   */
  readonly role?: CacheRole;

  /**
   * The minimum number of targets in each zone. `ClientAffinity.ZONE` requires two.
   *
   * @default 1
   */
  readonly targetsPerZone?: number;

  /**
   * The ports on which the targets terminate TLS themselves.
   *
   * @default - the targets do not terminate TLS, and `CacheTls.proxy` is refused
   */
  readonly targetTls?: TargetTlsPorts;
}

/** What clients of the load balancer get from DNS, by their affinity. */
const ROUTING_POLICIES: Record<ClientAffinity, elbv2.ClientRoutingPolicy> = {
  [ClientAffinity.ANY]: elbv2.ClientRoutingPolicy.ANY_AVAILABILITY_ZONE,
  [ClientAffinity.PARTIAL]: elbv2.ClientRoutingPolicy.PARTIAL_AVAILABILITY_ZONE_AFFINITY,
  [ClientAffinity.ZONE]: elbv2.ClientRoutingPolicy.AVAILABILITY_ZONE_AFFINITY,
};

/** An internal Network Load Balancer that clients connect to. Nobody can connect to it until you open it. */
export class CacheLoadBalancer extends Construct implements ec2.IConnectable {
  /** Where clients connect. */
  public readonly endpoint: Endpoint;

  /**
   * Where clients connect with TLS.
   *
   * @default - clients connect without TLS
   */
  public readonly tlsEndpoint?: Endpoint;

  /**
   * What the canary of the probe goes through.
   *
   * @internal
   */
  public readonly _canary: ProbedEndpoint;

  /**
   * What makes the targets known to it: all of its target groups, with the port of each.
   *
   * @internal
   */
  public readonly _targets: { readonly group: elbv2.NetworkTargetGroup; readonly port: number }[] = [];

  /** The load balancer. */
  public readonly loadBalancer: elbv2.NetworkLoadBalancer;

  /** The targets that clients are sent to, registered by address. */
  public readonly targetGroup: elbv2.NetworkTargetGroup;

  /** Controls who may connect to the endpoint, and what the load balancer may connect to. */
  public readonly connections: ec2.Connections;

  /** Whether each of its addresses leads to targets in all zones, and not only to those in its own zone. */
  public readonly crossesZones: boolean;

  /**
   * @throws when clients are to stay in zones that have fewer than two targets, or when the targets are to terminate TLS and
   * cannot
   */
  constructor(scope: Construct, id: string, { context, role = CacheRole.ENDPOINT, ...props }: CacheLoadBalancerProps) {
    super(scope, id);
    // What lists the nodes is asked too seldom for it to matter where, and has one process in each zone.
    const affinity = role === CacheRole.DISCOVERY ? ClientAffinity.ANY : context.clientAffinity;
    this.crossesZones = affinity !== ClientAffinity.ZONE;
    if (!this.crossesZones) requireTwoInEachZone(this, props.targetsPerZone ?? 1);
    if (context.tls?._proxy && !props.targetTls) refuseTlsOfProxies(this);
    if (context.ipAddressType === elbv2.IpAddressType.DUAL_STACK) requireIpv6(this, context.zones);
    const description = 'The endpoint of a memcached cluster';
    const securityGroup = closedSecurityGroup(this, 'SecurityGroup', context.vpc, description);

    this.loadBalancer = new elbv2.NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc: context.vpc,
      vpcSubnets: { subnets: context.zones.map(({ subnet }) => subnet) },
      internetFacing: false,
      ipAddressType: context.ipAddressType,
      securityGroups: [securityGroup],
      clientRoutingPolicy: ROUTING_POLICIES[affinity],
      // With it any of the endpoint's addresses works while any target lives.
      crossZoneEnabled: this.crossesZones,
    });
    // Stated when they are off too: an attribute that a template states no longer stays as it was
    // (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/554). Both attributes are known in China too
    // (https://docs.amazonaws.cn/en_us/elasticloadbalancing/latest/network/enable-zonal-shift.html).
    this.loadBalancer.setAttribute('zonal_shift.config.enabled', String(context.zonalShift));
    this.loadBalancer.setAttribute('access_logs.s3.enabled', 'false');
    Tags.of(this.loadBalancer).add(CacheTag.ROLE, role);
    Tags.of(this.loadBalancer).add(CacheTag.TOPOLOGY, context.topology.kind);
    if (context.tls) Tags.of(this.loadBalancer).add(CacheTag.TLS_NAME, context.tls.hostname);

    const balanced = {
      loadBalancer: this.loadBalancer,
      addTargets: (groupId: string, port: number) => this.addTargets(groupId, port, context),
    };
    const { endpoint, tlsEndpoint, canary, targetGroup } = addListeners(balanced, context, props.targetTls);
    this.endpoint = endpoint;
    this.tlsEndpoint = tlsEndpoint;
    this._canary = canary;
    this.targetGroup = targetGroup;
    this.connections = new ec2.Connections({
      securityGroups: [securityGroup],
      defaultPort: ec2.Port.tcp(endpoint.port),
    });
  }

  private addTargets(id: string, port: number, context: CacheContext): elbv2.NetworkTargetGroup {
    const group = new elbv2.NetworkTargetGroup(this, id, {
      vpc: context.vpc,
      port,
      protocol: elbv2.Protocol.TCP,
      targetType: elbv2.TargetType.IP,
      // The fastest that a Network Load Balancer offers: a dead target is out after 10 seconds.
      healthCheck: {
        enabled: true,
        protocol: elbv2.Protocol.TCP,
        interval: Duration.seconds(5),
        timeout: Duration.seconds(3),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
      deregistrationDelay: DEREGISTRATION_DELAY,
      connectionTermination: true,
      // Preserved addresses would let no target reach itself through the endpoint.
      preserveClientIp: false,
    });
    // Zonal shift of a load balancer that crosses zones cannot be enabled unless connections to unhealthy targets stay.
    const keepsUnhealthy = context.zonalShift && this.crossesZones;
    const endsUnhealthy = String(!keepsUnhealthy);
    group.setAttribute('target_health_state.unhealthy.connection_termination.enabled', endsUnhealthy);
    // So the target group stops ending them before that, and begins again only when it is over, or when zones are not crossed.
    if (keepsUnhealthy) this.loadBalancer.node.addDependency(group);
    else group.node.addDependency(this.loadBalancer.node.defaultChild!);
    group.setAttribute('load_balancing.cross_zone.enabled', 'use_load_balancer_configuration');
    this._targets.push({ group, port });
    return group;
  }
}

function refuseTlsOfProxies(scope: Construct): never {
  throw inputError({
    got: 'CacheTls.proxy with a routing whose proxies do not end TLS, or that has none',
    expected: 'Routing.memcachedProxy',
    advice: 'set routing to Routing.memcachedProxy(), or let the load balancer end TLS with CacheTls.loadBalancer',
    scope,
  });
}

function requireTwoInEachZone(scope: Construct, targetsPerZone: number): void {
  if (targetsPerZone >= 2) return;
  throw inputError({
    got: `clientAffinity is ZONE with ${targetsPerZone} target of the load balancer in each zone`,
    expected: 'at least 2',
    advice:
      'a zone whose only target is lost is dark until DNS withdraws its address; raise minProxiesPerZone of the routing to 2, or ' +
      'nodesPerZone where there are no proxies, or take ClientAffinity.PARTIAL',
    scope,
  });
}
