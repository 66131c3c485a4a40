import { App, Lazy } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, HaCacheStack, MemcachedNodes, Routing } from '../../lib';
import { regionalStack, SynthesizedCluster, tagsOf, textOf } from '../synth';

const topology = CacheTopology.sharded();
const routing = Routing.clientSide();

describe.each([
  ['ec2', MemcachedNodes.ec2({ nodesPerZone: 2 }), /^(\${\w+\.PrimaryPrivateIpAddress}:11211,?){6}$/],
  ['fargate', MemcachedNodes.fargate({ nodesPerZone: 2 }), /^([abc][12]\.[\w-]+\.internal:11211,?){6}$/],
])('on %s', (_, nodes, pattern) => {
  const made = new SynthesizedCluster({ nodes, topology, routing });

  test('the server list has every node in the order of the pool', () => {
    expect(textOf(made.resolve(made.cluster.serverList))).toMatch(pattern);
    expect(made.cluster.serverList.split(',')).toEqual(
      made.cluster.nodeEndpoints.map(({ socketAddress }) => socketAddress),
    );
  });

  test('it is published in a parameter that holds a hundred nodes', () => {
    made.template.hasResourceProperties('AWS::SSM::Parameter', {
      Value: made.resolve(made.cluster.serverList),
      Tier: 'Intelligent-Tiering',
      Tags: Match.objectLike({ 'cdk-memcached:role': 'endpoint', 'cdk-memcached:topology': 'sharded' }),
    });
    expect(made.cluster.serverListParameter).toBeDefined();
  });

  test('it is an environment variable by a helper', () => {
    expect(made.cluster.environmentVariables()).toEqual({ MEMCACHED_SERVERS: made.cluster.serverList });
    expect(made.cluster.environmentVariables('CACHE')).toEqual({ CACHE: made.cluster.serverList });
  });

  test('nothing stands between clients and nodes', () => {
    made.template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
    expect(() => made.cluster.endpoint).toThrow(
      /the cluster has no endpoint, expected a routing with one: .*serverList/,
    );
    Annotations.fromStack(made.stack).hasNoWarning('*', Match.anyValue());
  });

  test('the nodes are closed until they are opened', () => {
    const closed = new SynthesizedCluster({ nodes, topology, routing, probe: false });
    closed.template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    const stack = regionalStack();
    const opened = new SynthesizedCluster({ nodes, topology, routing }, stack);
    opened.cluster.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.9.0.0/16'));
    opened.template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'The nodes of a memcached cluster',
      SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.9.0.0/16', FromPort: 11211, ToPort: 11211 })],
    });
  });

  test('lost nodes are alarmed, and no target is: there is none', () => {
    const alarms = Object.keys(made.resources('AWS::CloudWatch::Alarm'));
    expect(alarms.filter((id) => id.includes('NodeLost'))).toHaveLength(3);
    expect(alarms.filter((id) => /Target|Proxy|Proxies|Routing/.test(id))).toEqual([]);
  });
});

test('where there is an endpoint, it is the server list', () => {
  const made = new SynthesizedCluster();
  expect(made.cluster.serverList).toBe(made.cluster.endpoint.socketAddress);
  expect(made.cluster.serverListParameter).toBeUndefined();
});

test('the parameter can have a name', () => {
  const named = Routing.clientSide({ serverListParameterName: '/sessions/memcached' });
  new SynthesizedCluster({ topology, routing: named }).template.hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/sessions/memcached',
  });
});

test('replicated is an error that says why', () => {
  expect(() => new SynthesizedCluster({ routing })).toThrow(
    'clientSide has the topology replicated, expected sharded: clients send each key to one node; set topology to ' +
      'CacheTopology.sharded(), or routing to Routing.memcachedProxy()',
  );
});

test('the ready-made stack puts the server list out', () => {
  const stack = new HaCacheStack(new App(), 'HaCache', { topology, routing });
  expect(stack.cluster.serverList.split(',')).toHaveLength(4);
});

test.each([
  ['', "serverListParameterName is '', expected a name known at synthesis"],
  [Lazy.string({ produce: () => 'a' }), 'serverListParameterName is a token, expected a name known at synthesis'],
])('the parameter’s name %p is an error', (serverListParameterName, message) => {
  expect(() => Routing.clientSide({ serverListParameterName })).toThrow(message);
});

describe('auto discovery', () => {
  const made = new SynthesizedCluster({ topology, routing: Routing.clientSide({ autoDiscovery: true }) });

  test('has a configuration endpoint, and the cluster still no endpoint', () => {
    expect(textOf(made.resolve(made.cluster.configurationEndpoint!.socketAddress))).toMatch(
      /Discovery.*\.DNSName}:11211$/,
    );
    expect(() => made.cluster.endpoint).toThrow('the cluster has no endpoint');
    expect(tagsOf(made.only('AWS::ElasticLoadBalancingV2::LoadBalancer'))['cdk-memcached:role']).toBe('discovery');
    expect(tagsOf(made.only('AWS::ECS::Service'))['cdk-memcached:role']).toBe('discovery');
  });

  test('names every node in the order of the pool, by what it is known by', () => {
    const command = textOf(made.only('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Command[0]);
    const [, list] = /NODES='([^']*)'/.exec(command)!;
    const nodes = list.split(' ').map((node) => node.split('|'));
    expect(nodes.map(([host, address, port]) => [host === address, port])).toEqual(Array(3).fill([true, '11211']));
    expect(nodes.map(([host]) => host)).toEqual(
      made.cluster.nodeEndpoints.map(({ hostname }) => textOf(made.resolve(hostname))),
    );
  });

  test('takes an image of one’s own', () => {
    const discoveryImage = ecs.ContainerImage.fromRegistry('my/haproxy:3');
    const own = Routing.clientSide({ autoDiscovery: true, discoveryImage });
    new SynthesizedCluster({ topology, routing: own }).template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Image: 'my/haproxy:3' })],
    });
  });

  test('who may connect may ask it and the nodes', () => {
    const opened = new SynthesizedCluster({ topology, routing: Routing.clientSide({ autoDiscovery: true }) });
    opened.cluster.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.9.0.0/16'));
    for (const description of ['The nodes of a memcached cluster', 'The endpoint of a memcached cluster']) {
      opened.template.hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: description,
        SecurityGroupIngress: [Match.objectLike({ CidrIp: '10.9.0.0/16', FromPort: 11211 })],
      });
    }
  });

  test('its processes may not reach the nodes: they need not', () => {
    const rules = Object.values(made.resources('AWS::EC2::SecurityGroupIngress')).map(({ Properties }) =>
      [Properties.SourceSecurityGroupId, Properties.GroupId].map(textOf).join(' > '),
    );
    expect(rules).toContainEqual(expect.stringMatching(/DiscoverySecurityGroup.* > .*DiscoveryTierSecurityGroup/));
    expect(rules).not.toContainEqual(expect.stringMatching(/DiscoveryTierSecurityGroup.* > /));
  });
});
