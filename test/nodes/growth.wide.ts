import { CacheTopology, MemcachedNodes, Routing, type IMemcachedNodes, CacheMetricDetail } from '../../lib';
import { SynthesizedCluster, textOf, type Resource } from '../synth';

const COMPUTES: [string, (nodesPerZone: number) => IMemcachedNodes][] = [
  ['ec2', (nodesPerZone) => MemcachedNodes.ec2({ nodesPerZone })],
  ['fargate', (nodesPerZone) => MemcachedNodes.fargate({ nodesPerZone })],
];

/** Everything below the cluster's `Nodes`, but for the gates between zones, whose purpose is to change. */
function nodeResources(made: SynthesizedCluster): Record<string, Resource> {
  const all = made.template.toJSON().Resources as Record<string, Resource>;
  return Object.fromEntries(
    Object.entries(all).filter(([id]) => /^CacheNode(s|Security)/.test(id) && !id.includes('Gate')),
  );
}

describe.each(COMPUTES)('on %s', (compute, nodes) => {
  test('growing changes nothing about the nodes that exist', () => {
    const before = nodeResources(new SynthesizedCluster({ nodes: nodes(1) }));
    const after = nodeResources(new SynthesizedCluster({ nodes: nodes(3) }));
    expect(Object.keys(before).length).toBeGreaterThan(6);
    expect(after).toMatchObject(before);
    for (const [id, resource] of Object.entries(before)) expect(after[id]).toEqual(resource);
    expect(Object.keys(after)).toHaveLength(Object.keys(before).length + 3 * 2 * 2);
  });

  test.each([CacheTopology.replicated(), CacheTopology.sharded()])(
    'growing appends to the pools: $kind',
    (topology) => {
      const order = (nodesPerZone: number): string[] =>
        new SynthesizedCluster({ topology, nodes: nodes(nodesPerZone) }).cluster.nodes.map(({ name }) => name);
      expect(order(1)).toEqual(['a1', 'b1', 'c1']);
      expect(order(3)).toEqual([...order(1), 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);

      const pools = (nodesPerZone: number): string[][] =>
        poolsOf(new SynthesizedCluster({ topology, nodes: nodes(nodesPerZone) }));
      const grown = pools(3);
      pools(1).forEach((pool, i) => expect(grown[i].slice(0, pool.length)).toEqual(pool));
    },
  );

  test('a change of routing, topology or alarms changes nothing about the nodes', () => {
    const before = nodeResources(new SynthesizedCluster({ nodes: nodes(2) }));
    const after = nodeResources(
      new SynthesizedCluster({
        nodes: nodes(2),
        topology: CacheTopology.sharded(),
        routing: Routing.memcachedProxy({ cpu: 1024, minProxiesPerZone: 2 }),
        alarms: { proxyCpu: { threshold: 60 }, evictions: { enabled: false } },
        metricDetail: CacheMetricDetail.ZONE,
        dashboard: false,
      }),
    );
    expect(after).toEqual(before);
  });

  test('zones are chained: each node waits for the gate of the zone before, and that gate for its nodes', () => {
    const made = new SynthesizedCluster({ nodes: nodes(2) });
    const gates = Object.entries(made.resources('AWS::SSM::Parameter'));
    const gateOf = (zone: string): string => gates.find(([id]) => id.includes(`Zone${zone}Gate`))![0];
    const hosts = (zone: string): [string, Resource][] =>
      Object.entries(nodeResources(made)).filter(
        ([id, { Type }]) => id.includes(`Zone${zone}Node`) && /AutoScalingGroup$|ECS::Service$/.test(Type),
      );
    for (const [zone, before] of [
      ['A', undefined],
      ['B', 'A'],
      ['C', 'B'],
    ]) {
      expect(hosts(zone!)).toHaveLength(2);
      for (const [id, host] of hosts(zone!)) {
        expect(made.resources('AWS::SSM::Parameter')[gateOf(zone!)].DependsOn).toContain(id);
        const awaited = (host.DependsOn ?? []).filter((dependency) => dependency.includes('Gate'));
        expect(awaited).toEqual(before ? [gateOf(before)] : []);
      }
    }
  });

  test('a gate’s value changes with what its nodes run and with their number', () => {
    const value = (nodesPerZone: number): string => {
      const [gate] = Object.values(
        new SynthesizedCluster({ nodes: nodes(nodesPerZone) }).resources('AWS::SSM::Parameter'),
      );
      return textOf(gate.Properties.Value);
    };
    expect(value(1)).toMatch(compute === 'ec2' ? /LatestVersionNumber}$/ : /\${CacheNodesTask\w+}$/);
    expect(value(1)).not.toBe(value(2));
  });

  test('proxies wait for the last zone', () => {
    const made = new SynthesizedCluster({ nodes: nodes(1) });
    const [, proxies] = Object.entries(made.resources('AWS::ECS::Service')).find(([id]) => id.includes('Proxy'))!;
    expect(proxies.DependsOn).toContainEqual(expect.stringMatching(/ZoneCGate/));
  });

  test('a hundred nodes fit one stack', () => {
    const made = new SynthesizedCluster({ nodes: nodes(34) });
    const template = made.template.toJSON() as { Resources: object };
    expect(made.cluster.nodes).toHaveLength(102);
    expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(500);
    expect(Buffer.byteLength(JSON.stringify(template))).toBeLessThan(1_000_000);
  });
});

/** The addresses of each pool in the proxies' configuration. */
function poolsOf(made: SynthesizedCluster): string[][] {
  const proxy = Object.entries(made.resources('AWS::ECS::TaskDefinition')).find(([id]) => id.includes('Proxy'))![1];
  const text = textOf(proxy.Properties.ContainerDefinitions[0].Command[0]);
  return [...text.matchAll(/backends = \{([^\n]*)\} \}/g)].map(([, list]) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, address]) => address),
  );
}
