import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, MemcachedNodes, Routing } from '../../lib';
import { partOf, proxyCommand, SynthesizedCluster } from '../synth';

const sharded = { topology: CacheTopology.sharded(), nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }) };
const command = proxyCommand(new SynthesizedCluster({ ...sharded, routing: Routing.twemproxy() }));

test('hashes over named servers: the ring does not change with their addresses', () => {
  expect(command).toContain('distribution: ketama');
  const servers = [...command.matchAll(/- "(\w+)\.[^"]*:11211:1 (\w+)"/g)].map(([, host, name]) => [host, name]);
  expect(servers).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2'].map((name) => [name, name]));
});

test('puts a lost node off the ring, and tries it again seldom: with requests that fail', () => {
  expect(command).toContain('auto_eject_hosts: true\n');
  expect(command).toContain('server_failure_limit: 2\n');
  expect(command).toContain('server_retry_timeout: 30000\n');
});

test('shows its statistics to the probe', () => {
  expect(command).toMatch(/exec nutcracker .*-a 0\.0\.0\.0 -s 22222/);
});

test('time-outs go into its own options', () => {
  const timeouts = { request: Duration.millis(350), retry: Duration.seconds(5) };
  const given = proxyCommand(new SynthesizedCluster({ ...sharded, timeouts, routing: Routing.twemproxy() }));
  expect(given).toContain('  timeout: 350\n');
  expect(given).toContain('server_retry_timeout: 5000\n');
});

test('replicated is an error that says why', () => {
  expect(() => new SynthesizedCluster({ routing: Routing.twemproxy() })).toThrow(
    'twemproxy has the topology replicated, expected sharded: it sends each key to one node and can copy none; set ' +
      'topology to CacheTopology.sharded(), or routing to Routing.memcachedProxy()',
  );
});

test.each([
  ['ARM64', ecs.CpuArchitecture.ARM64, 'linux/arm64'],
  ['X86_64', ecs.CpuArchitecture.X86_64, 'linux/amd64'],
])('the image is built from Debian’s package for %s', (_, cpuArchitecture, platform) => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new SynthesizedCluster({ ...sharded, cpuArchitecture, routing: Routing.twemproxy() }, stack);
  const { directory, manifest } = app.synth();
  const [assets] = Object.values(manifest.artifacts!).filter(({ type }) => type === 'cdk:asset-manifest');
  const file = join(directory, (assets.properties as { file: string }).file);
  const { dockerImages } = JSON.parse(readFileSync(file, 'utf8'));
  expect(Object.values(dockerImages)).toEqual([
    expect.objectContaining({ source: { directory: expect.stringMatching(/^asset\./), platform } }),
  ]);
});

test('the image can be one’s own: nothing is built then', () => {
  const routing = Routing.twemproxy({ image: ecs.ContainerImage.fromRegistry('my/twemproxy:0.5.0') });
  const made = new SynthesizedCluster({ ...sharded, routing });
  expect(partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions[0].Image).toBe(
    'my/twemproxy:0.5.0',
  );
});
