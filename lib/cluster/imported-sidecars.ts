import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { MemcachedImage } from '../containers/memcached-image';
import { knownArchitecture } from '../containers/processors';
import { CacheTimeouts, type CacheTimeoutsOptions } from '../context/timeouts';
import { CacheTopology } from '../context/topology';
import { inputError } from '../errors';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import { Routing, type IProxyEngine } from '../routing';
import type { SidecarSource } from '../routing/sidecar';
import { having, knownList, knownText } from '../validation';

/**
 * The attributes of an imported cluster that a proxy beside an application needs. They have to match the cluster: with another
 * topology, other zones or another order of the nodes, the proxy looks for keys in the wrong places.
 */
export interface SidecarAttributes {
  /**
   * The cluster's `availabilityZones`, in the same order, by the names that these zones have in the account of the tasks. In
   * another account the same name can mean another zone, and the proxy would then read across zones.
   */
  readonly availabilityZones: string[];

  /** The cluster's `nodeSecurityGroup`. Rules that let the proxies in are added to it. */
  readonly nodeSecurityGroup: ec2.ISecurityGroup;

  /**
   * How the keys are laid out over the nodes.
   *
   * @default CacheTopology.replicated()
   */
  readonly topology?: CacheTopology;

  /**
   * How long the proxies wait for nodes.
   *
   * @default - the defaults of a cluster
   */
  readonly timeouts?: CacheTimeoutsOptions;

  /**
   * The memcached image.
   *
   * @default MemcachedImage.official()
   */
  readonly image?: MemcachedImage;

  /**
   * The processor architecture of the tasks, for a proxy whose image is built for it: twemproxy's.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: ecs.CpuArchitecture;

  /**
   * The routing that provides the proxy.
   *
   * @default Routing.memcachedProxy()
   */
  readonly proxy?: IProxyEngine;

  /**
   * The log of the proxies, in the region of the tasks. Its metric filters count the proxies that do not know their zone.
   *
   * @default - a new one for each task definition
   */
  readonly logGroup?: logs.ILogGroup;
}

/** What the attributes of a cluster have to have for it. */
interface Attributes {
  readonly clusterName?: string;
  readonly sidecars?: SidecarAttributes;
}

/** What proxies beside applications need of a cluster made elsewhere; an error names what is missing. */
export function importedSidecars(
  scope: Construct,
  { clusterName, sidecars }: Attributes,
  nodes: IMemcachedNode[],
): SidecarSource {
  if (sidecars === undefined) throw missing('sidecars', scope);
  if (clusterName === undefined) throw missing('clusterName', scope);
  if (nodes.length === 0) throw missing('nodeEndpoints and nodeNames', scope);
  const { availabilityZones, nodeSecurityGroup, topology, timeouts, image, proxy, logGroup } = sidecars;
  knownList('sidecars.availabilityZones', availabilityZones, knownText);
  having('sidecars.nodeSecurityGroup', nodeSecurityGroup, 'securityGroupId', 'a security group');
  const zones = availabilityZones.map((availabilityZone, i) => ({
    label: String.fromCharCode('a'.charCodeAt(0) + i),
    availabilityZone,
  }));
  const lost = nodes.find(({ zoneLabel }) => zones.every(({ label }) => label !== zoneLabel));
  if (lost) {
    throw inputError({
      got: `nodeNames has ${lost.name} and sidecars.availabilityZones has ${zones.length} zones`,
      expected: 'the zone of every node among them',
      advice: "copy the cluster's availabilityZones, in their order",
      scope,
    });
  }
  return {
    engine: having('sidecars.proxy', proxy ?? Routing.memcachedProxy(), 'specifyProxy', 'one of Routing with proxies'),
    context: {
      zones,
      topology: having('sidecars.topology', topology ?? CacheTopology.replicated(), 'kind', 'one of CacheTopology'),
      timeouts: new CacheTimeouts(timeouts),
      image: having('sidecars.image', image ?? MemcachedImage.official(), 'toContainerImage', 'a MemcachedImage'),
      // Nodes and proxies of a cluster share one.
      port: nodes[0].endpoint.port,
      cpuArchitecture: knownArchitecture(sidecars.cpuArchitecture ?? ecs.CpuArchitecture.ARM64),
      clusterName,
    },
    nodes,
    nodeConnections: new ec2.Connections({ securityGroups: [nodeSecurityGroup] }),
    logGroup,
  };
}

function missing(attribute: string, scope: Construct): Error {
  return inputError({
    got: `the cluster is imported without ${attribute}`,
    expected: 'all that a proxy beside an application needs',
    advice: `give fromMemcachedClusterAttributes ${attribute}, as the cluster has it`,
    scope,
  });
}
