import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { EndpointLoadBalancer } from '../network/load-balancer';
import type { MemcachedNodeFleet } from '../nodes/node';
import { warnOfIndependentNodes } from './warnings';
import { ReadRouting, type IRouting, type RoutingConfig } from './strategy';

/** A Network Load Balancer straight before the nodes. */
export class NetworkLoadBalancerRouting implements IRouting {
  public bind(
    scope: Construct,
    context: CacheContext,
    fleet: MemcachedNodeFleet,
    nodeConnections: ec2.Connections,
  ): RoutingConfig {
    warnOfIndependentNodes(scope, fleet.nodes.length);
    const loadBalancer = new EndpointLoadBalancer(scope, 'Endpoint', context);
    nodeConnections.allowFrom(
      loadBalancer,
      ec2.Port.tcp(context.port),
      'memcached from the endpoint, and health checks',
    );
    loadBalancer.targetGroup.addTarget(...fleet.nodes.map(({ loadBalancerTarget }) => loadBalancerTarget));
    return {
      endpoint: loadBalancer.endpoint,
      connections: loadBalancer.connections,
      loadBalancer,
      minTargets: fleet.nodes.length,
      reads: ReadRouting.ANY,
    };
  }
}
