import { Annotations } from 'aws-cdk-lib';
import { Annotations as Found, Match } from 'aws-cdk-lib/assertions';
import { Routing } from '../../lib';
import { OneNode } from './one-node';
import { SynthesizedCluster } from '../synth';

test.each([
  ['haproxy', Routing.haproxy(), 'cdk-memcached:independentNodes'],
  ['haproxy with standby', Routing.haproxy({ standby: true }), 'cdk-memcached:standbyNodes'],
  ['nginxStream', Routing.nginxStream(), 'cdk-memcached:independentNodes'],
  ['networkLoadBalancer', Routing.networkLoadBalancer(), 'cdk-memcached:independentNodes'],
])('the warning of %s can be acknowledged', (_, routing, id) => {
  const warned = new SynthesizedCluster({ routing });
  Found.fromStack(warned.stack).hasWarning('*', Match.stringLikeRegexp(`\\[ack: ${id}\\]`));

  const acknowledged = new SynthesizedCluster({ routing });
  Annotations.of(acknowledged.cluster).acknowledgeWarning(id, 'sessions are kept elsewhere');
  Found.fromStack(acknowledged.stack).hasNoWarning('*', Match.anyValue());
});

test('one node is not told of copies it has not', () => {
  const made = new SynthesizedCluster({ nodes: new OneNode(), routing: Routing.networkLoadBalancer() });
  Found.fromStack(made.stack).hasNoWarning('*', Match.stringLikeRegexp('independent nodes'));
});
