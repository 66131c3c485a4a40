import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, Endpoint, MemcachedCluster, Routing } from '../../lib';
import { regionalStack, SynthesizedCluster } from '../synth';

describe('a proxy beside an application, of an imported cluster', () => {
  const imported = (attributes: object, stack = regionalStack()): MemcachedCluster =>
    MemcachedCluster.fromMemcachedClusterAttributes(stack, 'Imported', attributes) as MemcachedCluster;

  test('is the one that the cluster itself gives', () => {
    const stack = regionalStack();
    const { cluster: cache } = new SynthesizedCluster({ routing: Routing.sidecar() }, stack);
    const again = imported(
      {
        clusterName: cache.clusterName,
        nodeEndpoints: cache.nodeEndpoints,
        nodeNames: cache.nodes.map(({ name }) => name),
        sidecars: { availabilityZones: cache.availabilityZones, nodeSecurityGroup: cache.nodeSecurityGroup },
      },
      stack,
    );
    expect(stack.resolve(again.proxyCommand().script)).toEqual(stack.resolve(cache.proxyCommand().script));
    expect(() => again.endpoint).toThrow('addProxyTo(taskDefinition)');
  });

  test.each([
    ['the same region', {}, ['ClientErrors', 'DebtsStayOwed', 'ConnectionsNearLimit', 'ConnectionsRejected']],
    // An alarm watches no metric of another region or account.
    ['another region', { region: 'us-east-1' }, ['ClientErrors', 'ConnectionsNearLimit', 'ConnectionsRejected']],
    ['another account', { account: '999999999999' }, ['ClientErrors', 'ConnectionsNearLimit', 'ConnectionsRejected']],
  ])('has alarms where the task is, of a cluster in %s', (_, home, ids) => {
    const stack = regionalStack();
    const { nodeSecurityGroup, availabilityZones } = new SynthesizedCluster({}, stack).cluster;
    const nodeEndpoints = ['10.0.1.10', '10.0.2.10'].map((address) => new Endpoint(address, 11211));
    const sidecars = { availabilityZones, nodeSecurityGroup };
    const cache = imported({ clusterName: 'cache', ...home, nodeEndpoints, nodeNames: ['a1', 'b1'], sidecars }, stack);
    const { alarms, metrics } = cache.addProxyTo(new ecs.FargateTaskDefinition(cache, 'Task'));
    expect(alarms.map(({ node }) => node.id)).toEqual(ids);
    expect(metrics!.clientErrors()).toMatchObject({ region: stack.region, dimensions: { Cluster: 'cache' } });
  });

  test('is built for the processors of the tasks', () => {
    const stack = regionalStack();
    const { nodeSecurityGroup, availabilityZones } = new SynthesizedCluster({}, stack).cluster;
    const sidecars = {
      availabilityZones,
      nodeSecurityGroup,
      topology: CacheTopology.sharded(),
      proxy: Routing.twemproxy(),
    };
    const nodeEndpoints = ['10.0.1.10', '10.0.2.10'].map((address) => new Endpoint(address, 11211));
    const attributes = { clusterName: 'cache', nodeEndpoints, nodeNames: ['a1', 'b1'] };
    const built = (cpuArchitecture?: ecs.CpuArchitecture): string[] => {
      const cache = imported({ ...attributes, sidecars: { ...sidecars, cpuArchitecture } }, regionalStack());
      cache.addProxyTo(new ecs.FargateTaskDefinition(cache, 'Task'));
      return cache.node.findAll().flatMap((each) => (each instanceof DockerImageAsset ? [each.assetHash] : []));
    };
    expect(built()).toHaveLength(1);
    expect(built()).toEqual(built(ecs.CpuArchitecture.ARM64));
    expect(built(ecs.CpuArchitecture.X86_64)).not.toEqual(built());
  });

  test.each([
    ['sidecars', {}],
    ['clusterName', { sidecars: {} }],
    ['nodeEndpoints and nodeNames', { sidecars: {}, clusterName: 'cache' }],
  ])('needs %s', (attribute, attributes) => {
    const endpointAddress = 'cache.internal';
    expect(() => imported({ endpointAddress, ...attributes }).proxyCommand()).toThrow(
      `the cluster is imported without ${attribute}, expected all that a proxy beside an application needs: `,
    );
  });
});
