import { Tags } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import type { CacheContext } from '../context/cache-context';
import { CacheRole } from '../contract/roles';
import { inputError } from '../errors';
import { CacheTag } from '../contract/tags';
import { poolOrder, type NodePlace } from './pool-order';
import { knownInteger } from '../validation';
import type { MemcachedNode, MemcachedNodeFleet } from './node';

/** The construct of a node. */
export interface HostedNode extends IConstruct {
  readonly value: MemcachedNode;

  /** What an update goes through: an Auto Scaling group or a service. */
  readonly host: Construct;
}

/** Checks the number of nodes in each zone. */
export function nodesInZone(nodesPerZone?: number): number {
  return knownInteger('nodesPerZone', nodesPerZone ?? 1, {
    min: 1,
    advice: 'a zone without nodes serves nothing; choose fewer zones with vpcSubnets instead',
  });
}

/** CloudFormation takes 500 resources in a stack. A node is two, and the rest of a cluster and its network a hundred. */
const MOST_NODES = 180;

/** Fails when a stack cannot hold so many. */
export function checkNodes(zones: number, nodesPerZone: number): void {
  if (zones * nodesPerZone <= MOST_NODES) return;
  throw inputError({
    got: `nodesPerZone is ${nodesPerZone} in ${zones} zones`,
    expected: `at most ${MOST_NODES} nodes in all`,
    advice: 'a stack of CloudFormation holds no more; choose fewer and larger nodes',
  });
}

/** What `zoneByZone` makes nodes from. */
interface ZoneByZoneOptions {
  readonly context: CacheContext;
  readonly nodesPerZone: number;

  /** A value that changes whenever an update goes through the nodes. */
  readonly revision: string;

  readonly makeNode: (scope: Construct, id: string, place: NodePlace) => HostedNode;
}

/** Makes the nodes so that an update goes through one zone after another. */
export function zoneByZone(scope: Construct, options: ZoneByZoneOptions): MemcachedNodeFleet {
  const { context, nodesPerZone, revision, makeNode } = options;
  checkNodes(context.zones.length, nodesPerZone);
  const made = new Map<string, MemcachedNode>();
  let gate: IDependable | undefined;
  for (const zone of context.zones) {
    const zoneScope = new Construct(scope, `Zone${zone.label.toUpperCase()}`);
    const nodes = poolOrder([zone], nodesPerZone).map((place) => makeNode(zoneScope, `Node${place.index}`, place));
    for (const node of nodes) {
      Tags.of(node).add(CacheTag.ROLE, CacheRole.NODE);
      Tags.of(node).add(CacheTag.ZONE, zone.availabilityZone);
      Tags.of(node).add(CacheTag.NODE, node.value.name);
      node.host.node.addDependency(zone.subnet.internetConnectivityEstablished, ...(gate ? [gate] : []));
      made.set(node.value.name, node.value);
    }
    gate = zoneGate(zoneScope, nodes, revision);
  }
  return { nodes: poolOrder(context.zones, nodesPerZone).map(({ name }) => made.get(name)!), ready: gate! };
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
