import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { DependencyGroup, type Construct, type IDependable } from 'constructs';
import type { MemcachedNodeFleet } from '../nodes/node';
import type { RoutingConfig } from '../routing/strategy';

/**
 * What has to exist before clients are served: the nodes, what stands before them, and the rules between these. The rules
 * that let clients in are added later, and are not among it.
 */
export function readinessOf(cluster: Construct, fleet: MemcachedNodeFleet, routing: RoutingConfig): IDependable {
  const discovery = routing.discovery?.configurationEndpoint;
  const ready = new DependencyGroup(fleet.ready);
  for (const { service } of [routing.proxies, discovery].filter((part) => part !== undefined)) ready.add(service);
  for (const { loadBalancer } of [routing.loadBalancer, discovery?.loadBalancer].filter((part) => part !== undefined)) {
    ready.add(loadBalancer);
  }
  ready.add(...cluster.node.findAll().filter(isRule));
  return ready;
}

function isRule(construct: unknown): construct is ec2.CfnSecurityGroupIngress | ec2.CfnSecurityGroupEgress {
  return construct instanceof ec2.CfnSecurityGroupIngress || construct instanceof ec2.CfnSecurityGroupEgress;
}
