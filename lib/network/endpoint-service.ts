import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { inputError } from '../errors';
import { having, knownBoolean, knownList } from '../validation';
import type { CacheLoadBalancer } from './load-balancer';

/** Options for sharing the endpoint through AWS PrivateLink. */
export interface EndpointServiceOptions {
  /**
   * Who may create an interface endpoint to the service: accounts, roles or users, of any account.
   *
   * @default - nobody but the cluster's own account
   */
  readonly allowedPrincipals?: iam.ArnPrincipal[];

  /**
   * Whether you have to accept each endpoint before it works.
   *
   * @default true
   */
  readonly acceptanceRequired?: boolean;

  /**
   * Whether the security group of the load balancer also applies to clients that come through an endpoint. If it does, they
   * cannot connect until `connections.allowDefaultPortFrom` lets in their addresses, as `ec2.Peer.ipv4` or `ec2.Peer.ipv6`. If
   * it does not, anyone who has an endpoint may connect, to every port of the load balancer.
   *
   * @default true
   */
  readonly securityGroupRules?: boolean;
}

/** What is shared. */
interface Shared {
  readonly loadBalancer?: CacheLoadBalancer;

  /** Whether clients present certificates. The canary's port, which asks for none, is then held by the security group alone. */
  readonly mutualTls: boolean;
}

/**
 * Shares the endpoint with other networks and accounts.
 *
 * @throws when clients connect to the nodes, which no endpoint service leads to, or could pass mutual TLS by
 */
export function endpointService(
  scope: Construct,
  id: string,
  { loadBalancer, mutualTls }: Shared,
  options: EndpointServiceOptions,
): ec2.VpcEndpointService {
  knownList('endpointService.allowedPrincipals', options.allowedPrincipals ?? [], (name, each) =>
    having(name, each, 'arn', 'an iam.ArnPrincipal'),
  );
  const acceptanceRequired = knownBoolean('endpointService.acceptanceRequired', options.acceptanceRequired ?? true);
  const rules = knownBoolean('endpointService.securityGroupRules', options.securityGroupRules ?? true);
  if (!loadBalancer) {
    throw inputError({
      got: 'endpointService is given, and the routing has no endpoint',
      expected: 'a routing with one',
      advice: 'choose another routing, such as Routing.memcachedProxy(), or leave endpointService out',
      scope,
    });
  }
  if (mutualTls && !rules) {
    throw inputError({
      got: 'securityGroupRules of endpointService is false with mutual TLS',
      expected: 'true',
      advice:
        'the canary’s port asks for no certificate, and only the security group keeps others from it; leave it out',
      scope,
    });
  }
  const resource = loadBalancer.loadBalancer.node.defaultChild as elbv2.CfnLoadBalancer;
  resource.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic = rules ? 'on' : 'off';
  return new ec2.VpcEndpointService(scope, id, {
    vpcEndpointServiceLoadBalancers: [loadBalancer.loadBalancer],
    acceptanceRequired,
    allowedPrincipals: options.allowedPrincipals ?? [],
  });
}
