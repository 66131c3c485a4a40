import { Duration } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { MemcachedNodes, Routing } from '../../lib';
import { partOf, proxyCommand, SynthesizedCluster } from '../synth';

const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate(), routing: Routing.nginxStream() });
const command = proxyCommand(made);

test('spreads connections over all nodes, on layer 4', () => {
  expect(command).toMatch(/stream \{\n {2}upstream nodes \{/);
  expect(command).toContain('proxy_pass nodes;');
  for (const name of ['a1', 'b1', 'c1']) expect(command).toMatch(new RegExp(`^${name}\\.[^ ]*internal 11211$`, 'm'));
});

test('has passive checks only', () => {
  expect(command).toContain('max_fails=1 fail_timeout=1s;');
});

test('time-outs go into its own options; it takes whole seconds for the retry', () => {
  const timeouts = { connect: Duration.millis(150), retry: Duration.millis(2100) };
  const given = proxyCommand(new SynthesizedCluster({ timeouts, routing: Routing.nginxStream() }));
  expect(given).toContain('proxy_connect_timeout 150ms;');
  expect(given).toContain('fail_timeout=3s;');
});

test('does not run as root, and its health says nothing of the nodes', () => {
  const [container] = partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;
  expect(container.User).toBe('101:101');
  expect(container.HealthCheck.Command[1]).toContain('nc 127.0.0.1 8405');
});

test('finds out when a peer is gone, and ends what would keep it from stopping', () => {
  expect(command).toContain('so_keepalive=on backlog=4096;');
  expect(command).toContain('proxy_socket_keepalive on;');
  expect(command).toContain('worker_shutdown_timeout 3s;');
});

test('warns of what it costs, in figures', () => {
  Annotations.fromStack(made.stack).hasWarning('*', Match.stringLikeRegexp('1 in 3'));
});
