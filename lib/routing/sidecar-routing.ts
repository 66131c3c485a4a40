import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { ReadRouting } from '../metrics/read-routing';
import { having } from '../validation';
import type { IProxyEngine } from './proxy-specification';
import { refuseTls } from './refuse-tls';
import type { IRouting, RoutingBindOptions, RoutingConfig } from './strategy';

/** Of Fargate: the size is that which `addProxyTo` is given. */
const LARGEST = { cpu: 16_384, memoryLimitMiB: 122_880 };

/** No tier and no load balancer: every client has a proxy beside it. */
export class SidecarRouting implements IRouting {
  constructor(private readonly engine: IProxyEngine) {
    having('proxy', engine, 'specifyProxy', 'one of Routing with proxies, such as Routing.memcachedProxy()');
  }

  public bind(scope: Construct, { context, fleet, nodeConnections }: RoutingBindOptions): RoutingConfig {
    refuseTls(scope, context, 'sidecar');
    // What it says of the topology and the nodes, it says now, though there is no proxy yet.
    const host = { loopback: true, ...LARGEST };
    const { reads = ReadRouting.KEY } = this.engine.specifyProxy(scope, context, fleet.nodes, host);
    const { securityGroups } = nodeConnections;
    return {
      engine: this.engine,
      reads,
      connections: new ec2.Connections({ securityGroups, defaultPort: ec2.Port.tcp(context.port) }),
    };
  }
}
