import { Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { CacheTag } from '../contract/tags';
import { serverListOf } from '../network/endpoint';
import { EndpointLoadBalancer } from '../network/load-balancer';
import type { MemcachedNodeFleet } from '../nodes/node';
import { TopologyKind } from '../context/topology';
import { autoDiscovery } from './auto-discovery';
import { officialHaproxy } from './haproxy';
import { completeProxyTier, ProxyTier } from './proxy-tier';
import type { IRouting, RoutingConfig } from './strategy';

/** Properties of `Routing.clientSide`. */
export interface ClientSideProps {
  /**
   * The name of the SSM parameter that holds the server list. Parameters hold 8 KB: room for a hundred nodes.
   *
   * @default - CloudFormation names it
   */
  readonly serverListParameterName?: string;

  /**
   * Adds a configuration endpoint that tells the nodes to clients that discover them as they do with ElastiCache: a tier of
   * small processes on Fargate behind a Network Load Balancer.
   *
   * Clients that ask it again, such as ElastiCache's for PHP, follow a cluster that grows. Its Java client asks the nodes
   * instead, which cannot tell, and keeps its first list.
   *
   * @default false
   */
  readonly autoDiscovery?: boolean;

  /**
   * The HAProxy image of `autoDiscovery`. It must hold HAProxy 2.5 or later with Lua, and `sh`, `awk`, `date`,
   * `mkfifo` and `wget`.
   *
   * @default - the official Alpine image in Amazon's public registry, pinned to an exact release
   */
  readonly discoveryImage?: ecs.ContainerImage;
}

/** Nothing stands between: clients know every node and hash the keys themselves. */
export class ClientSideRouting implements IRouting {
  constructor(private readonly props: ClientSideProps = {}) {
    const name = props.serverListParameterName;
    if (name !== undefined && (Token.isUnresolved(name) || name === '')) {
      throw new Error(
        `serverListParameterName is ${name === '' ? "''" : 'a token'}, expected a name known at synthesis: ` +
          'write it out, or leave it out',
      );
    }
  }

  public bind(
    scope: Construct,
    context: CacheContext,
    fleet: MemcachedNodeFleet,
    nodeConnections: ec2.Connections,
  ): RoutingConfig {
    if (context.topology.kind === TopologyKind.REPLICATED) {
      throw new Error(
        'clientSide has the topology replicated, expected sharded: clients send each key to one node; set topology to ' +
          'CacheTopology.sharded(), or routing to Routing.memcachedProxy()',
      );
    }
    const serverListParameter = new ssm.StringParameter(scope, 'ServerList', {
      parameterName: this.props.serverListParameterName,
      stringValue: serverListOf(fleet.nodes.map(({ endpoint }) => endpoint)),
      description: 'The nodes of a memcached cluster, in the order of the pool, as clients take them',
      // A hundred nodes may need more than the 4 KB of the standard tier.
      tier: ssm.ParameterTier.INTELLIGENT_TIERING,
    });
    Tags.of(serverListParameter).add(CacheTag.ROLE, 'endpoint');
    Tags.of(serverListParameter).add(CacheTag.TOPOLOGY, context.topology.kind);
    const nodePort = ec2.Port.tcp(context.port);
    if (!this.props.autoDiscovery) {
      const { securityGroups } = nodeConnections;
      return { connections: new ec2.Connections({ securityGroups, defaultPort: nodePort }), serverListParameter };
    }
    const loadBalancer = new EndpointLoadBalancer(scope, 'Discovery', context, 'discovery');
    const specification = autoDiscovery(context, fleet.nodes, this.props.discoveryImage ?? officialHaproxy());
    const tier = completeProxyTier({});
    const { service } = new ProxyTier(scope, 'DiscoveryTier', context, loadBalancer, specification, tier, 'discovery');
    service.node.addDependency(fleet.ready);
    const securityGroups = [...nodeConnections.securityGroups, ...loadBalancer.connections.securityGroups];
    return {
      connections: new ec2.Connections({ securityGroups, defaultPort: nodePort }),
      serverListParameter,
      configurationEndpoint: loadBalancer.endpoint,
      loadBalancer,
      proxyService: service,
      minTargets: tier.minProxiesPerZone * context.zones.length,
    };
  }
}
