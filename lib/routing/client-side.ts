import { Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { CacheRole } from '../contract/roles';
import { CacheTag } from '../contract/tags';
import { inputError } from '../errors';
import { ReadRouting } from '../metrics/read-routing';
import { serverListOf } from '../network/endpoint';
import { CacheLoadBalancer } from '../network/load-balancer';
import { knownBoolean, knownText } from '../validation';
import { knownImage } from './image';
import { autoDiscovery } from './auto-discovery';
import { officialHaproxy } from './haproxy';
import { completeProxyTier, ProxyTier } from './proxy-tier';
import { refuseTls } from './refuse-tls';
import { requireSharded } from './require-sharded';
import type { ConfigurationEndpoint, IRouting, RoutingBindOptions, RoutingConfig } from './strategy';

/** Options of `Routing.clientSide`. */
export interface ClientSideOptions {
  /**
   * The name of the SSM parameter that holds the server list. A parameter holds 8 KB, which is enough for a hundred nodes.
   *
   * @default - a name that CloudFormation generates
   */
  readonly serverListParameterName?: string;

  /**
   * Adds a configuration endpoint for clients that discover the nodes as they do with ElastiCache: a tier of small processes
   * on Fargate behind a Network Load Balancer.
   *
   * Clients that ask it again, such as ElastiCache's client for PHP, notice when the cluster grows. ElastiCache's client for
   * Java asks the nodes instead. They do not know the list, so this client keeps its first one.
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

/** What Systems Manager takes for one. */
const PARAMETER_NAME = /^(?!\/?(aws|ssm)\b)(?=.{1,1011}$)([\w.-]+|(\/[\w.-]+){1,15})$/i;

/** Nothing stands between: clients know every node and hash the keys themselves. */
export class ClientSideRouting implements IRouting {
  constructor(private readonly options: ClientSideOptions = {}) {
    const name = options.serverListParameterName;
    if (
      name !== undefined &&
      (Token.isUnresolved(knownText('serverListParameterName', name)) || !PARAMETER_NAME.test(name))
    ) {
      throw inputError({
        got: `serverListParameterName is ${Token.isUnresolved(name) ? 'a token' : `'${name}'`}`,
        expected: 'a name known at synthesis, of letters, digits and . - _, with / before each part when it has parts',
        advice: 'write it out, or leave it out',
      });
    }
    knownBoolean('autoDiscovery', options.autoDiscovery ?? false);
    if (options.discoveryImage !== undefined) knownImage('discoveryImage', options.discoveryImage);
  }

  public bind(scope: Construct, options: RoutingBindOptions): RoutingConfig {
    const { context, nodeConnections } = options;
    requireSharded(scope, context, 'clientSide', 'clients send each key to one node');
    refuseTls(scope, context, 'clientSide');
    const serverListParameter = this.serverListParameter(scope, options);
    const configurationEndpoint = this.options.autoDiscovery ? this.configurationEndpoint(scope, options) : undefined;
    const securityGroups = [
      ...nodeConnections.securityGroups,
      ...(configurationEndpoint?.loadBalancer.connections.securityGroups ?? []),
    ];
    return {
      discovery: { serverListParameter, configurationEndpoint },
      reads: ReadRouting.KEY,
      connections: new ec2.Connections({ securityGroups, defaultPort: ec2.Port.tcp(context.port) }),
    };
  }

  private serverListParameter(scope: Construct, { context, fleet }: RoutingBindOptions): ssm.IStringParameter {
    const parameter = new ssm.StringParameter(scope, 'ServerList', {
      parameterName: this.options.serverListParameterName,
      stringValue: serverListOf(fleet.nodes.map(({ endpoint }) => endpoint)),
      description: 'The nodes of a memcached cluster, in the order of the pool, as clients take them',
      // A hundred nodes may need more than the 4 KB of the standard tier.
      tier: ssm.ParameterTier.INTELLIGENT_TIERING,
    });
    Tags.of(parameter).add(CacheTag.ROLE, CacheRole.ENDPOINT);
    Tags.of(parameter).add(CacheTag.TOPOLOGY, context.topology.kind);
    return parameter;
  }

  private configurationEndpoint(scope: Construct, { context, fleet }: RoutingBindOptions): ConfigurationEndpoint {
    const loadBalancer = new CacheLoadBalancer(scope, 'Discovery', { context, role: CacheRole.DISCOVERY });
    const specification = autoDiscovery(context, fleet.nodes, this.options.discoveryImage ?? officialHaproxy(context));
    const tier = completeProxyTier({});
    const { service } = new ProxyTier(scope, 'DiscoveryTier', { context, loadBalancer, specification, tier });
    service.node.addDependency(fleet.ready);
    const minCount = tier.minProxiesPerZone * context.zones.length;
    return { endpoint: loadBalancer.endpoint, loadBalancer, service, minCount };
  }
}
