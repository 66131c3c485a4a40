import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CacheTopology, HaCacheStack, MemcachedNodes, Routing } from '../../lib';
import { regionalStack, SynthesizedCluster, textOf } from '../synth';

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
    expect(made.cluster.environment()).toEqual({ MEMCACHED_SERVERS: made.cluster.serverList });
    expect(made.cluster.environment('CACHE')).toEqual({ CACHE: made.cluster.serverList });
  });

  test('nothing stands between clients and nodes', () => {
    made.template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
    expect(() => made.cluster.endpoint).toThrow(
      /the cluster has no endpoint, expected a routing with one: .*serverList/,
    );
    Annotations.fromStack(made.stack).hasNoWarning('*', Match.anyValue());
  });

  test('the nodes are closed until they are opened', () => {
    made.template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
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
    expect(alarms).toHaveLength(3);
    for (const id of alarms) expect(id).toContain('NodeLost');
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
