import { CacheTag } from '../../lib';
import { tagsOf, textOf, type Resource } from '../synth';

type Resources = Record<string, Resource>;

/** Who may reach whom, as the security groups of a template say: each as `from > to protocol port`. */
export interface Reach {
  /** What is let in. */
  readonly ingress: string[];

  /** What is let out. */
  readonly egress: string[];
}

/** A rule, where it stands in the template: in its group or beside it. */
interface Rule {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly [peer: string]: unknown;
}

/**
 * Reads every security group of a template. A group is called by what uses it: the role of a resource in a cluster, or else
 * its own logical id, which is the application's.
 */
export function reachOf(resources: Resources): Reach {
  const names = namesOf(resources);
  const ofType = (type: string): [string, Resource][] =>
    Object.entries(resources).filter(([, { Type }]) => Type === `AWS::EC2::${type}`);
  const nameOf = (group: unknown): string => names.get(idOf(group)) ?? textOf(group);
  const rules = (direction: 'Ingress' | 'Egress'): [string, Rule][] => [
    ...ofType('SecurityGroup').flatMap(([id, { Properties }]) =>
      ((Properties[`SecurityGroup${direction}`] ?? []) as Rule[]).map((rule): [string, Rule] => [
        names.get(id) ?? id,
        rule,
      ]),
    ),
    ...ofType(`SecurityGroup${direction}`).map(([, { Properties }]): [string, Rule] => [
      nameOf(Properties.GroupId),
      Properties as Rule,
    ]),
  ];
  const peerOf = (rule: Rule): string => {
    const [key, value] = Object.entries(rule).find(([name]) => PEER.test(name)) ?? [];
    if (key === undefined) throw new Error(`a rule has no peer: ${JSON.stringify(rule)}`);
    return key.includes('Group') ? nameOf(value) : textOf(value);
  };
  return {
    ingress: sorted(rules('Ingress').map(([group, rule]) => `${peerOf(rule)} > ${group} ${portsOf(rule)}`)),
    egress: sorted(
      rules('Egress')
        .filter(([, rule]) => !isNothing(rule))
        .map(([group, rule]) => `${group} > ${peerOf(rule)} ${portsOf(rule)}`),
    ),
  };
}

const PEER = /^(CidrIp|CidrIpv6|SourceSecurityGroupId|DestinationSecurityGroupId|(Source|Destination)PrefixListId)$/;

const sorted = (rules: string[]): string[] => [...new Set(rules)].sort();

/** What CDK writes into a group that lets nothing out, because EC2 would let out everything. */
function isNothing({ CidrIp, IpProtocol, FromPort, ToPort }: Rule): boolean {
  return CidrIp === '255.255.255.255/32' && IpProtocol === 'icmp' && FromPort === 252 && ToPort === 86;
}

function portsOf({ IpProtocol, FromPort, ToPort }: Rule): string {
  if (FromPort === undefined) return `${IpProtocol} all`;
  return `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`}`;
}

/** The groups by what uses them. */
function namesOf(resources: Resources): Map<string, string> {
  const names = new Map<string, string>();
  for (const resource of Object.values(resources)) {
    const role = roleOf(resource);
    if (role === undefined) continue;
    for (const group of groupsOf(resource)) names.set(idOf(group), role);
  }
  return names;
}

/** What a resource is to its cluster. A load balancer and the tasks behind it can have the same role. */
function roleOf(resource: Resource): string | undefined {
  const { Type, Properties } = resource;
  if (!Array.isArray(Properties?.Tags) || groupsOf(resource).length === 0) return undefined;
  const role = tagsOf(resource)[CacheTag.ROLE] as string | undefined;
  return role === 'discovery' && Type.endsWith('::LoadBalancer') ? 'discovery endpoint' : role;
}

function groupsOf({ Properties }: Resource): unknown[] {
  return (
    Properties?.GroupSet ??
    Properties?.SecurityGroups ??
    Properties?.VpcConfig?.SecurityGroupIds ??
    Properties?.NetworkConfiguration?.AwsvpcConfiguration?.SecurityGroups ??
    []
  );
}

/** The logical id behind `Fn::GetAtt: [id, GroupId]`, or the text itself. */
function idOf(group: unknown): string {
  const attribute = (group as { readonly 'Fn::GetAtt'?: [string, string] })['Fn::GetAtt'];
  return attribute ? attribute[0] : textOf(group);
}
