import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readClusters } from '../../../rehearsal/assembly/clusters';
import { readStacks } from '../../../rehearsal/assembly/manifest';
import type { BalancerPlan, InstancePlan, ServicePlan } from '../../../rehearsal/assembly/plan';
import { type Fixture, template, writeAssembly } from '../fixtures/assembly';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'clusters-test-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ec2: Fixture = { compute: 'ec2', topology: 'replicated', nodesPerZone: 2 };
const fargate: Fixture = { compute: 'fargate', topology: 'sharded' };

function read(fixture: Fixture, change: (resources: any) => void = () => {}) {
  const content = template(fixture);
  change(content.Resources);
  return readClusters(readStacks(writeAssembly(folder, content)));
}

describe('a cluster on EC2', () => {
  test('is read with its zones, addresses and endpoint', () => {
    const [plan] = read(ec2);

    expect(plan).toMatchObject({
      id: 'Fixture-Cache',
      stack: 'Fixture',
      topology: 'replicated',
      zones: ['us-east-1a', 'us-east-1b'],
      nameserver: '10.7.0.2',
      endpoint: {
        dnsName: expect.stringMatching(/^fixture-balancer-\w+\.elb\.us-east-1\.amazonaws\.com$/),
        port: 11211,
        crossZone: true,
        affinity: 'any',
        target: {
          intervalSeconds: 1,
          unhealthyThreshold: 2,
          checkPort: undefined,
          endsConnectionsWhenUnhealthy: true,
          endsConnectionsWhenDeregistered: true,
        },
      },
    });
    expect(plan!.nodes.map(({ name, zone }) => `${name} ${zone}`)).toEqual([
      'a1 us-east-1a',
      'b1 us-east-1b',
      'a2 us-east-1a',
      'b2 us-east-1b',
    ]);
  });

  test('says whether its clients stay in their zone', () => {
    const [plan] = read({ ...ec2, keepsZone: true });
    expect(plan!.endpoint).toMatchObject({ crossZone: false, affinity: 'zone' });
  });

  test('has a name that DNS takes, however long the names in the template are', () => {
    const [plan] = readClusters(readStacks(writeAssembly(folder, { ['Long'.repeat(20)]: template(ec2) })));

    const { dnsName } = plan!.endpoint as BalancerPlan;
    expect(dnsName).toMatch(/^[a-z0-9][a-z0-9-]{0,62}\.elb\.us-east-1\.amazonaws\.com$/);
    expect(dnsName).toMatch(/-balancer-\w{6}\./);
  });

  test('has instances with their user data and tags, and an address each', () => {
    const nodes = read(ec2)[0]!.nodes as InstancePlan[];

    expect(new Set(nodes.map(({ interfaceAddress }) => interfaceAddress)).size).toBe(4);
    expect(nodes[0]).toMatchObject({
      kind: 'instance',
      group: 'NodeA1',
      port: 11211,
      interfaceAddress: '10.7.0.4',
      tagsInMetadata: true,
      tags: { 'cdk-memcached:group': 'NodeA1', 'cdk-memcached:interface': expect.stringMatching(/^eni-[0-9a-f]{17}$/) },
    });
    expect(nodes[0]!.userData).toMatch(/^#!\/bin\/bash\n[\s\S]*--stack Fixture /);
  });

  test('has the same addresses in the proxies as its nodes', () => {
    const { proxies, nodes } = read(ec2)[0]!;

    const command = proxies!.containers[0]!.argv.at(-1)!;
    for (const node of nodes as InstancePlan[]) expect(command).toContain(`"${node.interfaceAddress}:11211"`);
  });
});

describe('a cluster on Fargate', () => {
  test('has services with a Cloud Map name and a health check', () => {
    const [node] = read(fargate)[0]!.nodes as ServicePlan[];

    expect(node).toMatchObject({
      kind: 'service',
      name: 'a1',
      count: 1,
      port: 11211,
      record: { name: 'a1.cache.internal', ttl: 5 },
      containers: [{ user: '11211:11211', essential: true, healthCheck: { intervalSeconds: 5, retries: 3 } }],
    });
    expect(node!.containers[0]!.healthCheck!.argv.slice(0, 2)).toEqual(['/bin/sh', '-c']);
  });

  test('has the system controls of its containers, and says of which it can set none', () => {
    const withControl = (name: string) =>
      read(fargate, ({ NodeTask }) => {
        NodeTask.Properties.ContainerDefinitions[0].SystemControls = [{ Namespace: name, Value: '1' }];
      });
    const [node] = withControl('net.ipv4.tcp_orphan_retries')[0]!.nodes as ServicePlan[];
    expect(node!.containers[0]!.systemControls).toEqual({ 'net.ipv4.tcp_orphan_retries': '1' });
    expect(() => withControl('kernel.sem')).toThrow(
      /has the system control 'kernel.sem', expected one of the network \(net\.…\)/,
    );
  });

  test('has as many proxies as scaling keeps at the least', () => {
    expect(read(fargate)[0]!.proxies).toMatchObject({ count: 2, port: 11211 });
  });

  test('in a network made elsewhere learns the zones from the tags', () => {
    const [plan] = read(fargate, (resources) => {
      delete resources.SubnetA;
      delete resources.SubnetB;
      const literal = JSON.stringify(resources).replaceAll(/\{"Ref":"Subnet([AB])"\}/g, '"subnet-$1"');
      Object.assign(resources, JSON.parse(literal));
    });

    expect(plan!.subnets).toEqual([
      { id: 'subnet-A', zone: 'us-east-1a', cidr: '100.64.0.0/24' },
      { id: 'subnet-B', zone: 'us-east-1b', cidr: '100.64.1.0/24' },
    ]);
    expect(plan!.nameserver).toBe('100.65.0.2');
  });
});

describe('a load balancer straight before the nodes', () => {
  test('has the addresses of EC2 nodes for its targets', () => {
    const [plan] = read({ ...ec2, routing: 'balancer' });

    const addresses = (plan!.nodes as InstancePlan[]).map(({ interfaceAddress }) => interfaceAddress);
    expect(plan).toMatchObject({ proxies: undefined, endpoint: { kind: 'balancer', fixedTargets: addresses } });
    expect(plan!.nodes.map(({ port }) => port)).toEqual([11211, 11211, 11211, 11211]);
  });

  test('has the tasks of Fargate nodes for its targets', () => {
    const [plan] = read({ ...fargate, routing: 'balancer' });

    expect(plan).toMatchObject({ proxies: undefined, endpoint: { kind: 'balancer', fixedTargets: [] } });
    expect(plan!.nodes).toMatchObject([{ balanced: true }, { balanced: true }]);
  });
});

describe('a server list', () => {
  test('has the addresses of EC2 nodes, and their port', () => {
    const [plan] = read({ ...ec2, routing: 'servers' });

    const nodes = plan!.nodes as InstancePlan[];
    const servers = nodes.map(({ interfaceAddress }) => ({ host: interfaceAddress, port: 11211 }));
    expect(plan).toMatchObject({ proxies: undefined, endpoint: { kind: 'servers', servers } });
    expect(plan!.zones).toEqual(['us-east-1a', 'us-east-1b']);
    expect(nodes.map(({ port }) => port)).toEqual([11211, 11211, 11211, 11211]);
  });

  test('has the names of Fargate nodes', () => {
    const [plan] = read({ ...fargate, routing: 'servers' });

    expect(plan!.endpoint).toEqual({
      kind: 'servers',
      servers: [
        { host: 'a1.cache.internal', port: 11211 },
        { host: 'b1.cache.internal', port: 11211 },
      ],
    });
  });
});

describe('what cannot be rehearsed says why', () => {
  test.each<[string, (resources: any) => void, string]>([
    [
      'no cluster',
      (r) => delete r.Balancer.Properties.Tags,
      'found no cache cluster in Fixture, expected a load balancer',
    ],
    [
      'a topology',
      (r) => (r.Balancer.Properties.Tags[2].Value = 'ring'),
      'cdk-memcached:topology=ring, expected replicated',
    ],
    [
      'no nodes',
      (r) => dropAll(r, /^Node[AB]\d$/),
      "cluster 'Fixture-Cache' has no nodes with the tag cdk-memcached:role=node",
    ],
    ['no proxies', (r) => delete r.Proxies.Properties.LoadBalancers, 'expected a tier of proxies'],
    [
      'a policy for clients',
      (r) =>
        r.Balancer.Properties.LoadBalancerAttributes.push({ Key: 'dns_record.client_routing_policy', Value: 'near' }),
      "load balancer Balancer has the client routing policy 'near', expected any_availability_zone or",
    ],
    ['no listener', (r) => delete r.Listener, 'load balancer Balancer has no listener, expected one'],
    [
      'no command',
      (r) => (r.ProxyTask.Properties.ContainerDefinitions[0] = { Name: 'proxy' }),
      "container 'proxy' of ProxyTask has no command",
    ],
    ['a check', (r) => (check(r).Command = ['curl', '/']), "starts with 'curl', expected CMD or CMD-SHELL"],
  ])('%s', (_, change, message) => {
    expect(() => read(fargate, change)).toThrow(message);
  });

  test.each<[string, Fixture, (resources: any) => void, string]>([
    [
      'a target that is no node',
      { ...ec2, routing: 'balancer' },
      (r) => (r.Targets.Properties.Targets[0].Id = '10.9.9.9'),
      "Balancer of cluster 'Fixture-Cache' leads to '10.9.9.9', expected the addresses or names of its nodes",
    ],
    [
      'a node that is no target',
      { ...fargate, routing: 'balancer' },
      (r) => delete r.NodeB1.Properties.LoadBalancers,
      "Balancer of cluster 'Fixture-Cache' does not lead to node b1, expected it to lead to every node",
    ],
    [
      'a list without a node',
      { ...fargate, routing: 'servers' },
      (r) => (r.ServerList.Properties.Value = 'a1.cache.internal:11211'),
      "ServerList of cluster 'Fixture-Cache' does not lead to node b1",
    ],
    [
      'a list of something else',
      { ...fargate, routing: 'servers' },
      (r) => (r.ServerList.Properties.Value = 'a1.cache.internal'),
      "the server list ServerList holds 'a1.cache.internal', expected host:port,host:port,…",
    ],
  ])('%s', (_, fixture, change, message) => {
    expect(() => read(fixture, change)).toThrow(message);
  });

  test('a missing rule of a security group', () => {
    expect(() => read({ ...ec2, withoutNodeIngress: true })).toThrow(
      /node a1 \(sg-\w+\) have no ingress rule for tcp port 11211 from the proxies; the cluster would not work, add it/,
    );
    expect(() => read(ec2, (resources) => delete resources.BalancerToProxy)).toThrow(
      /load balancer \(sg-\w+\) have no egress rule for tcp port 11211 to the proxies/,
    );
  });

  test('a missing rule between the load balancer and the nodes', () => {
    const balanced: Fixture = { ...ec2, routing: 'balancer' };
    expect(() => read({ ...balanced, withoutNodeIngress: true })).toThrow(
      /node a1 \(sg-\w+\) have no ingress rule for tcp port 11211 from the load balancer; the cluster would not work/,
    );
    expect(() => read(balanced, (resources) => delete resources.ToNode)).toThrow(
      /load balancer \(sg-\w+\) have no egress rule for tcp port 11211 to the node a1/,
    );
  });

  test('a rule for another port', () => {
    const change = (resources: any) => (resources.ProxyFromBalancer.Properties.ToPort = 11210);
    expect(() => read(ec2, change)).toThrow(/proxies \(sg-\w+\) have no ingress rule for tcp port 11211/);
  });

  test('an export that no stack has', () => {
    const change = (resources: any) => (resources.SubnetA.Properties.VpcId = { 'Fn::ImportValue': 'other:vpc' });
    expect(() => read(fargate, change)).toThrow("no stack of the assembly exports 'other:vpc'");
  });
});

const dropAll = (resources: any, name: RegExp) => {
  for (const key of Object.keys(resources).filter((each) => name.test(each))) resources[key] = { Type: 'Dropped' };
};
const check = (resources: any) => resources.NodeTask.Properties.ContainerDefinitions[0].HealthCheck;
