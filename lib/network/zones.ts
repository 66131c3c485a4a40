import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { CacheZone } from '../context/topology';
import { inputError } from '../errors';
import { having } from '../validation';

/**
 * The zones of the selected subnets, one subnet each, lettered in their order.
 *
 * @throws when the selection has fewer than two zones or two subnets in one
 */
export function cacheZones(vpc: ec2.IVpc, selection?: ec2.SubnetSelection): CacheZone[] {
  const subnets = selectSubnets(vpc, selection);
  for (const subnet of subnets) having('an element of vpcSubnets.subnets', subnet, 'availabilityZone', 'a subnet');
  const names = subnets.map(({ availabilityZone }) => availabilityZone);
  const strange = subnets.find(({ node: { scope } }) => scope instanceof ec2.Vpc && scope !== vpc);
  if (strange) {
    throw inputError({
      got: `vpcSubnets has ${strange.node.path}, a subnet of another network`,
      expected: `subnets of ${vpc.node.path}`,
      advice: 'give vpc and subnets that belong together',
    });
  }
  const twice = subnets.find((subnet, i) => names.indexOf(subnet.availabilityZone) !== i)?.availabilityZone;
  if (twice) {
    throw inputError({
      got: `vpcSubnets selects more than one subnet in ${Token.isUnresolved(twice) ? 'a zone' : twice}`,
      expected: 'one in each zone',
      advice: 'leave all but one of each zone out of vpcSubnets.subnets',
    });
  }
  if (subnets.length < 2) {
    const count = subnets.length === 1 ? '1 zone' : 'no zone';
    throw inputError({
      got: `vpcSubnets selects ${count}`,
      expected: 'at least 2',
      advice: `a cache in one zone is lost with it; ${moreZones(selection)}`,
    });
  }
  if (subnets.length > 26) {
    throw inputError({
      got: `vpcSubnets selects ${subnets.length} zones`,
      expected: 'at most 26',
      advice: 'select fewer subnets',
    });
  }
  return subnets.map((subnet, i) => ({
    label: String.fromCharCode('a'.charCodeAt(0) + i),
    availabilityZone: subnet.availabilityZone,
    subnet,
  }));
}

/** How the selection that was given gets more zones. */
function moreZones(selection: ec2.SubnetSelection = {}): string {
  if (selection.subnets) return 'add a subnet in another zone to vpcSubnets.subnets';
  if (selection.availabilityZones) return 'name more zones in vpcSubnets.availabilityZones';
  return 'select subnets in more zones, or give the VPC a higher maxAzs';
}

/** The core library throws for a type of subnet that the VPC lacks, and returns none otherwise: one message for both. */
function selectSubnets(vpc: ec2.IVpc, selection: ec2.SubnetSelection = {}): ec2.ISubnet[] {
  let reason = 'nothing matches';
  try {
    const { subnets, isPendingLookup } = vpc.selectSubnets(oneInEachZone(selection));
    // The CLI looks the VPC up and synthesizes again: until then the lookup's own stand-ins keep synthesis going.
    if (isPendingLookup && subnets.length < 2) return vpc.privateSubnets;
    if (subnets.length > 0) return subnets;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw inputError({
    got: `vpcSubnets selects no subnet (${reason})`,
    expected: 'one in each of at least 2 zones',
    advice:
      'nodes fetch their software from outside, so the default is private subnets with a way out; select others with ' +
      'vpcSubnets',
  });
}

function oneInEachZone(selection: ec2.SubnetSelection): ec2.SubnetSelection {
  if (selection.subnets) return selection;
  const named = selection.subnetGroupName ?? selection.subnetFilters ?? selection.subnetType;
  return { ...(named ? {} : { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }), ...selection, onePerAz: true };
}
