import { Tags } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { CacheTag } from '../contract/tags';
import { eachNode } from './pool-order';
import type { CacheZone } from '../context/topology';
import { knownInteger } from '../validation';
import type { MemcachedNode, MemcachedNodeFleet } from './node';

/** The construct of a node. */
export interface HostedNode extends IConstruct {
  readonly value: MemcachedNode;

  /** What an update goes through: an Auto Scaling group or a service. */
  readonly host: Construct;
}

/** Checks the number of nodes in each zone. */
export function nodesInZone(nodesPerZone = 1): number {
  return knownInteger('nodesPerZone', nodesPerZone, {
    min: 1,
    advice: 'a zone without nodes serves nothing; choose fewer zones with vpcSubnets instead',
  });
}

/**
 * Makes the nodes so that an update goes through one zone after another.
 *
 * @param revision a value that changes whenever an update goes through the nodes
 */
export function zoneByZone(
  scope: Construct,
  context: CacheContext,
  nodesPerZone: number,
  revision: string,
  makeNode: (scope: Construct, id: string, zone: CacheZone, index: number) => HostedNode,
): MemcachedNodeFleet {
  const made = new Map<CacheZone, MemcachedNode[]>();
  let gate: IDependable | undefined;
  for (const zone of context.zones) {
    const zoneScope = new Construct(scope, `Zone${zone.label.toUpperCase()}`);
    const nodes = eachNode([zone], nodesPerZone, (_, index) => makeNode(zoneScope, `Node${index}`, zone, index));
    for (const node of nodes) {
      Tags.of(node).add(CacheTag.ROLE, 'node');
      Tags.of(node).add(CacheTag.ZONE, zone.availabilityZone);
      Tags.of(node).add(CacheTag.NODE, node.value.name);
      node.host.node.addDependency(zone.subnet.internetConnectivityEstablished, ...(gate ? [gate] : []));
    }
    gate = zoneGate(zoneScope, nodes, revision);
    made.set(
      zone,
      nodes.map(({ value }) => value),
    );
  }
  return { nodes: eachNode(context.zones, nodesPerZone, (zone, index) => made.get(zone)![index - 1]), ready: gate! };
}

/**
 * Stands between two zones: it waits for every node of one, and every node of the next waits for it. So no node names
 * its siblings, not even in a `DependsOn`.
 *
 * What an update changes is sure to be awaited by what depends on it. That is why the gate is a parameter whose value
 * changes with the nodes, and not an empty resource that no update touches.
 */
function zoneGate(scope: Construct, nodes: HostedNode[], revision: string): IDependable {
  const gate = new ssm.CfnParameter(scope, 'Gate', {
    type: 'String',
    value: `${nodes.length} of ${revision}`,
    description: 'What runs in one zone of a memcached cluster: an update of the next zone waits for it',
  });
  gate.node.addDependency(...nodes.map(({ host }) => host));
  return gate;
}
