import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { Duration } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, MemcachedNodes, Routing, type McrouterOptions, type MemcachedClusterProps } from '../../lib';
import { partOf, proxyCommand, SynthesizedCluster } from '../synth';

const schema = JSON.parse(readFileSync(join(__dirname, 'mcrouter.schema.json'), 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(schema);
const image = ecs.ContainerImage.fromRegistry('registry.example/mcrouter:2026.08');
const nodes = MemcachedNodes.fargate({ nodesPerZone: 2 });
const topology = CacheTopology.sharded({ gutterTtl: Duration.seconds(30) });

const synthesized = (props: Partial<MemcachedClusterProps> = {}, routing: Partial<McrouterOptions> = {}) =>
  new SynthesizedCluster({ nodes, ...props, routing: Routing.mcrouter({ image, ...routing }) });

/** The configuration files that the command writes, by path. */
function filesOf(made: SynthesizedCluster): Record<string, any> {
  const written = proxyCommand(made).matchAll(/^printf '%s' '(\{.*\})' > (\S+)$/gm);
  return Object.fromEntries([...written].map(([, content, path]) => [path, JSON.parse(content)]));
}

const namesIn = (pool: any): string[] => pool.servers.map((server: string) => server.split('.')[0]);

test.each([
  ['replicated', synthesized()],
  ['replicated, with warm-up', synthesized({}, { warmUpTtl: Duration.hours(1) })],
  ['sharded', synthesized({ topology })],
  ['on EC2', synthesized({ nodes: MemcachedNodes.ec2() })],
])('%s: every file is what mcrouter documents', (_, made) => {
  const files = Object.values(filesOf(made));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    validate(file);
    expect(validate.errors ?? []).toEqual([]);
  }
});

test.each([
  ['an unknown route', { type: 'MissFailoverRout', children: ['PoolRoute|a'] }],
  ['a route without children', { type: 'AllFastestRoute' }],
  [
    'an unknown operation',
    { type: 'OperationSelectorRoute', default_policy: 'NullRoute', operation_policies: { mg: 'NullRoute' } },
  ],
  ['a warm-up that would never expire', { type: 'WarmUpRoute', cold: 'PoolRoute|a', warm: 'PoolRoute|b' }],
])('the schema refuses %s', (_, route) => {
  expect(validate({ pools: { a: { servers: ['10.0.0.1:11211'] } }, route })).toBe(false);
});

describe('replicated', () => {
  const files = filesOf(synthesized());

  test('each zone has its file, and a proxy takes that of its zone', () => {
    expect(Object.keys(files)).toEqual(['a', 'b', 'c'].map((zone) => `/tmp/mcrouter-${zone}.json`));
    expect(proxyCommand(synthesized())).toMatch(
      /export MCZONE\nexec mcrouter .*--config=file:\/tmp\/mcrouter-\$MCZONE\.json/,
    );
  });

  test('has a pool for each zone', () => {
    const { pools } = files['/tmp/mcrouter-b.json'];
    expect(Object.keys(pools)).toEqual(['a', 'b', 'c']);
    for (const zone of ['a', 'b', 'c']) expect(namesIn(pools[zone])).toEqual([`${zone}1`, `${zone}2`]);
  });

  test('reads the local zone and goes on after a miss; a lost zone makes no error of a miss', () => {
    const { operation_policies: policies } = files['/tmp/mcrouter-b.json'].route;
    for (const operation of ['get', 'gets', 'gat', 'gats']) {
      expect(policies[operation]).toEqual({
        type: 'MissFailoverRoute',
        children: ['PoolRoute|b', 'PoolRoute|a', 'PoolRoute|c'],
        return_best_on_error: true,
      });
    }
  });

  test('writes to all zones', () => {
    const { default_policy: write } = files['/tmp/mcrouter-b.json'].route;
    expect(write.type).toBe('AllFastestRoute');
    expect([...write.children].sort()).toEqual(['PoolRoute|a', 'PoolRoute|b', 'PoolRoute|c']);
  });

  test('warm-up copies what another zone has, for a time', () => {
    const warm = filesOf(synthesized({}, { warmUpTtl: Duration.hours(1) }))['/tmp/mcrouter-b.json'].route;
    expect(warm.operation_policies.get).toMatchObject({ type: 'WarmUpRoute', cold: 'PoolRoute|b', exptime: 3600 });
    expect(warm.operation_policies.get.warm.children).toEqual(['PoolRoute|a', 'PoolRoute|c', 'NullRoute']);
    expect(warm.operation_policies.gets.type).toBe('MissFailoverRoute');
  });
});

describe('sharded', () => {
  const { pools, route } = filesOf(synthesized({ topology }))['/tmp/mcrouter-all.json'];

  test('has one pool in the stable order', () => {
    expect(namesIn(pools.main)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  test('a dead node’s keys go to gutters that share no node, and live there for the gutter’s TTL', () => {
    expect(route).toEqual({
      type: 'FailoverWithExptimeRoute',
      normal: 'PoolRoute|main',
      failover: ['PoolRoute|a', 'PoolRoute|b', 'PoolRoute|c'],
      failover_exptime: 30,
    });
    expect(namesIn(pools.a)).toEqual(['a1', 'a2']);
  });
});

test('time-outs go into its own options', () => {
  const timeouts = { connect: Duration.millis(150), request: Duration.millis(300), retry: Duration.millis(700) };
  const made = synthesized({ timeouts });
  expect(filesOf(made)['/tmp/mcrouter-a.json'].pools.a).toMatchObject({ connect_timeout: 150, server_timeout: 300 });
  expect(proxyCommand(made)).toContain('--server-timeout=300 ');
  expect(proxyCommand(made)).toContain('--probe-timeout-initial=700 --probe-timeout-max=700 ');
});

test('takes a key that begins as a routing prefix does for a key', () => {
  expect(proxyCommand(synthesized())).toContain('--send-invalid-route-to-default');
});

test('keeps nothing on disk', () => {
  expect(proxyCommand(synthesized())).toContain('--asynclog-disable');
});

test('the image is the user’s', () => {
  const [container] = partOf(synthesized(), 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;
  expect(container.Image).toBe('registry.example/mcrouter:2026.08');
});

test('warns of nothing', () => {
  Annotations.fromStack(synthesized().stack).hasNoWarning('*', Match.anyValue());
});

test.each<[string, Partial<MemcachedClusterProps>, Partial<McrouterOptions>, string]>([
  [
    'a warm-up of one copy',
    { topology },
    { warmUpTtl: Duration.hours(1) },
    'warmUpTtl is given with the topology sharded, expected replicated: a key has no other copy to warm up from; leave ' +
      'warmUpTtl out, or set topology to CacheTopology.replicated()',
  ],
  [
    'a warm-up for ever',
    {},
    { warmUpTtl: Duration.days(31) },
    'warmUpTtl in seconds is 2678400, expected a whole number',
  ],
  [
    'a warm-up for no time',
    {},
    { warmUpTtl: Duration.seconds(0) },
    'warmUpTtl in seconds is 0, expected a whole number',
  ],
])('%s is an error', (_, props, routing, message) => {
  expect(() => synthesized(props, routing)).toThrow(message);
});
