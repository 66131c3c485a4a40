import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { CacheZone } from '../context/topology';
import { inputError, problemText } from '../errors';
import { having } from '../validation';

/** AWS keeps five addresses of each subnet. */
const KEPT_BY_AWS = 5;

/**
 * What the network cannot do, so far as synthesis knows it: a deployment would find out late.
 *
 * @throws when the network is in another region
 */
export function checkNetwork(scope: Construct, vpc: ec2.IVpc): void {
  having('vpc', vpc, 'selectSubnets', 'a network');
  const { region } = Stack.of(scope);
  if (differ(vpc.env.region, region)) {
    throw inputError({
      got: `vpc is in ${vpc.env.region}`,
      expected: `the region of the cluster's stack, ${region}`,
      advice: 'give a network of that region, or make the stack in the region of the network',
      scope,
    });
  }
  if (vpc instanceof ec2.Vpc && !vpc.dnsSupportEnabled) {
    warn(scope, 'noDns', {
      got: 'vpc has enableDnsSupport false',
      expected: 'true',
      advice: 'hosts find their software, their image and each other by name; leave it out',
    });
  }
}

/**
 * Private names are made with a hosted zone of the network, which only the network's owner may do.
 *
 * @throws when the network is shared with this account by another
 */
export function checkOwner(scope: Construct, vpc: ec2.IVpc, advice: string): void {
  const { account } = Stack.of(scope);
  if (!differ(vpc.env.account, account)) return;
  throw inputError({
    got: `vpc is shared by account ${vpc.env.account} with ${account}`,
    expected: 'a network of this account, in which private names can be made',
    advice,
    scope,
  });
}

/**
 * Warns of zones and subnets in which a deployment fails.
 *
 * @param needed the addresses that a zone takes at the least
 */
export function checkZones(scope: Construct, zones: CacheZone[], needed: number): void {
  for (const { label, availabilityZone, subnet } of zones) {
    if (!Token.isUnresolved(availabilityZone) && /-\d+-/.test(availabilityZone)) {
      warn(scope, 'edgeZone', {
        got: `zone ${label} is ${availabilityZone}, a Local Zone or Wavelength Zone`,
        expected: 'an availability zone of the region',
        advice: 'AWS Fargate and most instance types are not there; select other subnets with vpcSubnets',
      });
    }
    const free = freeAddresses(subnet);
    if (free < needed) {
      warn(scope, 'smallSubnet', {
        got: `the subnet of zone ${label} has ${free} addresses`,
        expected: `at least ${needed}`,
        advice: 'nodes, proxies, load balancer and probe need one each; select larger subnets with vpcSubnets',
      });
    }
  }
}

/** How many a subnet has at the most, or infinitely many where its range is not known. */
function freeAddresses(subnet: ec2.ISubnet): number {
  try {
    const [, prefix] = /^[\d.]+\/(\d+)$/.exec(subnet.ipv4CidrBlock) ?? [];
    return prefix === undefined ? Infinity : 2 ** (32 - Number(prefix)) - KEPT_BY_AWS;
  } catch {
    // An imported subnet throws unless it was given its range.
    return Infinity;
  }
}

function differ(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}

function warn(scope: Construct, id: string, problem: Parameters<typeof problemText>[0]): void {
  Annotations.of(scope).addWarningV2(`cdk-memcached:${id}`, problemText(problem));
}
