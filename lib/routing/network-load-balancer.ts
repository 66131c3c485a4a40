import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ReadRouting } from '../metrics/read-routing';
import { CacheLoadBalancer } from '../network/load-balancer';
import type { IRouting, RoutingBindOptions, RoutingConfig } from './strategy';
import { warnOfIndependentNodes } from './warnings';

/** A Network Load Balancer directly before the nodes. */
export class NetworkLoadBalancerRouting implements IRouting {
  public bind(scope: Construct, { context, fleet, nodeConnections }: RoutingBindOptions): RoutingConfig {
    warnOfIndependentNodes(scope, fleet.nodes.length);
    const targetsPerZone = fleet.nodes.length / context.zones.length;
    const loadBalancer = new CacheLoadBalancer(scope, 'Endpoint', { context, targetsPerZone });
    const port = ec2.Port.tcp(context.port);
    nodeConnections.allowFrom(loadBalancer, port, 'memcached from the endpoint, and health checks');
    loadBalancer.targetGroup.addTarget(...fleet.nodes.map(({ loadBalancerTarget }) => loadBalancerTarget));
    return {
      endpoint: loadBalancer.endpoint,
      loadBalancer,
      reads: ReadRouting.ANY,
      connections: loadBalancer.connections,
    };
  }
}
