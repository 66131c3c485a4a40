import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What requests spread over independent nodes cost, in figures. Users acknowledge it by its id, which is public. */
export function warnOfIndependentNodes(scope: Construct, nodes: number): void {
  if (nodes < 2) return;
  Annotations.of(scope).addWarningV2(
    'cdk-memcached:independentNodes',
    `connections are spread over ${nodes} independent nodes whatever their keys, expected a routing that knows keys: about ` +
      `${Math.round(100 / nodes)} % of the reads (1 in ${nodes}) find what another connection wrote, and a write or delete ` +
      `leaves up to ${nodes - 1} older copies to be read, stale; use Routing.memcachedProxy(), or acknowledge this if ` +
      'every node may answer for itself',
  );
}

/** What one active node among standbys costs. */
export function warnOfStandby(scope: Construct, nodes: number): void {
  Annotations.of(scope).addWarningV2(
    'cdk-memcached:standbyNodes',
    `1 of ${nodes} nodes serves all requests, expected a routing that uses them all: the capacity is that of one node, its ` +
      'loss turns every read into a miss (0 % hits until keys are written again), and what a standby keeps from one ' +
      'outage, or a node that hung, can be read, stale, in the next; use Routing.memcachedProxy(), or ' +
      'acknowledge this if one copy is what you want',
  );
}
