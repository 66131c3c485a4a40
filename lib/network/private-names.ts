import { Duration, Names } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as cloudmap from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { checkOwner } from './network-checks';

/** How long a resolver may keep the address of a task, and how long it may keep that a name has none. */
const DNS_TTL = Duration.seconds(5);

/** Options of `privateNamespace`. */
interface PrivateNamespaceOptions {
  readonly description: string;

  /** How to do without it, where it cannot be made. */
  readonly without: string;
}

/**
 * A namespace that is known in the cluster's network only.
 *
 * @throws when the network is another account's
 */
export function privateNamespace(
  scope: Construct,
  id: string,
  context: CacheContext,
  { description, without }: PrivateNamespaceOptions,
): cloudmap.PrivateDnsNamespace {
  checkOwner(scope, context.vpc, without);
  const namespace = new cloudmap.PrivateDnsNamespace(scope, id, {
    name: `${Names.uniqueResourceName(scope, { maxLength: 50, separator: '-' }).toLowerCase()}.internal`,
    vpc: context.vpc,
    description,
  });
  // Resolvers keep the absence of a name for as long as the SOA says.
  const resource = namespace.node.defaultChild as cloudmap.CfnPrivateDnsNamespace;
  resource.properties = { dnsProperties: { soa: { ttl: DNS_TTL.toSeconds() } } };
  return namespace;
}

/** A name with the address of every task of a service. */
export function addressRecord(namespace: cloudmap.INamespace, name: string): ecs.CloudMapOptions {
  return {
    name,
    cloudMapNamespace: namespace,
    dnsRecordType: cloudmap.DnsRecordType.A,
    dnsTtl: DNS_TTL,
    failureThreshold: 1,
  };
}

/** Gives the tasks of a service one name, with an address for each. */
export function nameOf(scope: Construct, context: CacheContext, service: ecs.FargateService, name: string): string {
  const namespace = privateNamespace(scope, 'Namespace', context, {
    description: 'The names of the proxies of a memcached cluster',
    without: 'set probe to false and leave prometheus out, which find the proxies by name',
  });
  service.enableCloudMap(addressRecord(namespace, name));
  return `${name}.${namespace.namespaceName}`;
}
