import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnSecurityGroupIngress, Peer, Port, type SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CacheRole, HaCacheStack, type HaCacheStackProps } from '../../lib';
import { APPS, load, stacksOf } from '../apps';
import type { Resource } from '../synth';
import { VARIANTS } from '../variants';
import { reachOf, type Reach } from './reach';

// Every security group of every cluster: who reaches whom, and nothing beyond. Decision 33 says why hosts are let out.

const memcached = (...pairs: string[]): string[] => pairs.map((pair) => `${pair} tcp 11211`);

const PROXIED = memcached('endpoint > proxy', 'proxy > node', 'probe > endpoint', 'probe > node', 'probe > proxy');
const DIRECT = memcached('endpoint > node', 'probe > endpoint', 'probe > node');

/** What is let in where the user has let nothing in, by variant; all others are as those with memcached's own proxy. */
const INSIDE: Partial<Record<keyof typeof VARIANTS, string[]>> = {
  'memcachedProxy, mutual TLS': [
    ...memcached('proxy > node', 'probe > node', 'probe > proxy'),
    'endpoint > proxy tcp 11210',
    'endpoint > proxy tcp 11208',
    'probe > endpoint tcp 11208',
  ],
  twemproxy: [...PROXIED, 'probe > proxy tcp 22222'],
  haproxy: [...PROXIED, 'probe > proxy tcp 8404'],
  'networkLoadBalancer, ec2': DIRECT,
  'networkLoadBalancer, fargate': DIRECT,
  clientSide: memcached('discovery endpoint > discovery', 'probe > node'),
};

/** What is let in without a load balancer and a tier. */
const BESIDE_APPLICATION = memcached('probe > node');

/** What an example's application has let in besides. */
const LET_IN: Record<string, string[]> = {
  'examples/application/app': ['Shop > endpoint tcp 11211'],
  'examples/with-ecs-service/app': ['Web > endpoint tcp 11211'],
  'examples/with-sidecar/app': ['Web > node tcp 11211'],
  'examples/with-prometheus/app': ['Prometheus > node tcp 9150', 'Prometheus > proxy tcp 9150'],
};

/** Software, images and AWS itself are fetched over HTTPS, from addresses that nobody can list. */
const HOSTS = ['node', 'proxy', 'discovery'];

const ROLES: string[] = [...Object.values(CacheRole), 'discovery endpoint'];

/** The rules of every group of a stack. */
const reach = (stack: Stack): Reach =>
  reachOf(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>);

/** Those of the groups of the cluster, where the application has others. */
function reachOfCluster(stack: Stack): Reach {
  const { ingress, egress } = reach(stack);
  const named = ingress.map((rule) => rule.replace(/^\$\{(\w+?)SecurityGroup\w+\.GroupId\}/, '$1'));
  return {
    ingress: named.filter((rule) => ROLES.includes(rule.replace(/^.* > (.*) \S+ \S+$/, '$1'))),
    egress: egress.filter((rule) => ROLES.includes(rule.replace(/ > .*$/, ''))),
  };
}

/** What the cluster's groups let out when they let this in: the same, and hosts to HTTPS. */
function outOf(inside: string[]): string[] {
  const hosts = HOSTS.filter((host) => inside.some((rule) => rule.includes(`> ${host} `)));
  return [...inside, ...hosts.map((host) => `${host} > 0.0.0.0/0 tcp 443`)].sort();
}

const made = (props: HaCacheStackProps): HaCacheStack =>
  new HaCacheStack(new App({ treeMetadata: false }), 'HaCache', props);

describe.each(Object.keys(VARIANTS))('the ready-made stack with %s', (name) => {
  const inside = INSIDE[name] ?? PROXIED;

  test('lets in the endpoint, the proxies and the probe, each where it belongs, and lets out no more', () => {
    expect(reach(made(VARIANTS[name]!))).toEqual({ ingress: [...inside].sort(), egress: outOf(inside) });
  });

  test('lets in whom the user allows, on what clients connect to, and nowhere else', () => {
    const { ingress } = reach(made({ ...VARIANTS[name], clients: [Peer.ipv4('10.9.0.0/16')] }));
    const open = name === 'clientSide' ? ['discovery endpoint', 'node'] : ['endpoint'];
    expect(ingress).toEqual([...open.map((to) => `10.9.0.0/16 > ${to} tcp 11211`), ...[...inside].sort()]);
  });
});

test.each(APPS)('%s', async (file) => {
  for (const stack of stacksOf(await load(file))) {
    const inside = file === 'examples/with-sidecar/app' ? BESIDE_APPLICATION : PROXIED;
    const ingress = [...(LET_IN[file] ?? []), ...inside].sort();
    expect(reachOfCluster(stack)).toEqual({ ingress, egress: outOf(inside) });
  }
});

test('a rule more is seen, in a group or beside it', () => {
  const stack = made({});
  stack.cluster.connections.allowFrom(Peer.anyIpv6(), Port.allTraffic());
  const { securityGroupId } = stack.cluster.node.findChild('NodeSecurityGroup') as SecurityGroup;
  const ssh = { ipProtocol: 'tcp', fromPort: 22, toPort: 23, cidrIp: '0.0.0.0/0' };
  new CfnSecurityGroupIngress(stack, 'More', { groupId: securityGroupId, ...ssh });
  const more = reach(stack).ingress.filter((rule) => !PROXIED.includes(rule));
  expect(more).toEqual(['0.0.0.0/0 > node tcp 22-23', '::/0 > endpoint -1 all']);
});
