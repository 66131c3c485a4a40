import { Endpoint, MemcachedCluster, type IMemcachedCluster, type MemcachedClusterAttributes } from '../../lib';
import { regionalStack } from '../synth';

function imported(attributes: MemcachedClusterAttributes): IMemcachedCluster {
  return MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Imported', attributes);
}

const nodeEndpoints = [new Endpoint('10.0.1.10', 11211), new Endpoint('10.0.2.10', 11211)];

test('with an endpoint, that is the server list', () => {
  const cluster = imported({ endpointAddress: 'cache.internal', port: 22122, nodeEndpoints });
  expect(cluster.endpoint.socketAddress).toBe('cache.internal:22122');
  expect(cluster.environmentVariables()).toEqual({ MEMCACHED_SERVERS: 'cache.internal:22122' });
});

test('without one, the nodes are', () => {
  const cluster = imported({ nodeEndpoints });
  expect(cluster.serverList).toBe('10.0.1.10:11211,10.0.2.10:11211');
  expect(cluster.environmentVariables('CACHE')).toEqual({ CACHE: cluster.serverList });
  expect(() => cluster.endpoint).toThrow('the cluster has no endpoint, expected a routing with one');
});

test('without one, its port is that of the nodes', () => {
  const { connections } = imported({ nodeEndpoints: [new Endpoint('10.0.1.10', 22122)] });
  expect(connections.defaultPort?.toString()).toBe('22122');
});

test('with neither it is an error', () => {
  expect(() => imported({})).toThrow(
    'endpointAddress and nodeEndpoints are missing, expected one of them: give what clients connect to',
  );
});
