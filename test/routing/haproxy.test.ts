import { Duration } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { MemcachedNodes, Routing } from '../../lib';
import { OneNode } from './one-node';
import { partOf, proxyCommand, SynthesizedCluster, textOf } from '../synth';

const nodes = MemcachedNodes.fargate();
const serversIn = (command: string): string[] => command.split('\n').filter((line) => line.startsWith('  server '));

describe('round robin', () => {
  const made = new SynthesizedCluster({ nodes, routing: Routing.haproxy() });
  const command = proxyCommand(made);

  test('spreads connections over all nodes, on layer 4', () => {
    expect(command).toContain('  mode tcp\n');
    expect(command).toContain('  balance roundrobin\n');
    expect(serversIn(command)).toEqual(
      ['a1', 'b1', 'c1'].map((name) => expect.stringMatching(new RegExp(`^  server ${name} ${name}\\..*:11211$`))),
    );
  });

  test('checks each node by its version, and ends the sessions of a dead one', () => {
    expect(command).toContain(
      'option tcp-check\n  tcp-check send version\\r\\n\n  tcp-check expect rstring ^VERSION\n',
    );
    expect(command).toMatch(/default-server check inter 2000 .*rise 2 fall 3 .*on-marked-down shutdown-sessions/);
  });

  test('follows the names of nodes, whose addresses change', () => {
    expect(command).toContain('resolvers vpc\n  parse-resolv-conf\n');
    expect(command).toMatch(/default-server .*resolvers vpc init-addr libc,none/);
  });

  test('a resolver that is silent takes no node out: HAProxy would, after 30 seconds', () => {
    expect(command).toContain('  hold valid 5s\n  hold nx 5s\n');
    for (const failure of ['timeout', 'refused', 'other']) expect(command).toContain(`  hold ${failure} 1h\n`);
  });

  test('has a statistics page with metrics for Prometheus, which nobody but the probe may reach yet', () => {
    expect(command).toContain('bind :8404\n');
    expect(command).toContain('use-service prometheus-exporter if { path /metrics }');
    const sources = Object.values(made.resources('AWS::EC2::SecurityGroupIngress'))
      .filter(({ Properties }) => Properties.FromPort === 8404)
      .map(({ Properties }) => textOf(Properties.SourceSecurityGroupId));
    expect(sources).toEqual([expect.stringContaining('Probe')]);
  });

  test('its health says nothing of the nodes: their fault must not kill it', () => {
    const { HealthCheck } = partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions[0];
    expect(HealthCheck.Command[1]).toContain('http://127.0.0.1:8404/health');
  });

  test('warns of what it costs, in figures', () => {
    Annotations.fromStack(made.stack).hasWarning('*', Match.stringLikeRegexp('about 33 % of the reads \\(1 in 3\\)'));
    const six = new SynthesizedCluster({
      nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }),
      routing: Routing.haproxy(),
    });
    Annotations.fromStack(six.stack).hasWarning(
      '*',
      Match.stringLikeRegexp('about 17 % .*\\(1 in 6\\).*up to 5 older'),
    );
  });
});

describe('standby', () => {
  const made = new SynthesizedCluster({ nodes, routing: Routing.haproxy({ standby: true }) });
  const command = proxyCommand(made);

  test('the first node serves, the others are its backups', () => {
    expect(serversIn(command).map((line) => line.endsWith(' backup'))).toEqual([false, true, true]);
    expect(command).not.toContain('allbackups');
  });

  test('when it returns nobody stays with a backup: two active nodes are two copies', () => {
    expect(command).toContain('on-marked-up shutdown-backup-sessions');
    expect(proxyCommand(new SynthesizedCluster({ routing: Routing.haproxy() }))).not.toContain('on-marked-up');
  });

  test('warns of what it costs', () => {
    Annotations.fromStack(made.stack).hasWarning('*', Match.stringLikeRegexp('^1 of 3 nodes serves'));
    Annotations.fromStack(made.stack).hasNoWarning('*', Match.stringLikeRegexp('independent nodes'));
  });

  test('with one node is an error', () => {
    expect(() => new SynthesizedCluster({ nodes: new OneNode(), routing: Routing.haproxy({ standby: true }) })).toThrow(
      'standby is true with 1 node, expected at least 2: add nodes that can stand by, or leave standby out',
    );
  });
});

test('time-outs go into its own options', () => {
  const timeouts = { connect: Duration.millis(150), request: Duration.millis(300), retry: Duration.millis(700) };
  const command = proxyCommand(new SynthesizedCluster({ timeouts, routing: Routing.haproxy() }));
  expect(command).toContain('timeout connect 150ms\n  timeout check 300ms\n');
  expect(command).toContain(' downinter 700 ');
});

test('the image is a pinned release, or one’s own', () => {
  const imageOf = (routing = Routing.haproxy()): string =>
    partOf(new SynthesizedCluster({ routing }), 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions[0]
      .Image;
  expect(imageOf()).toMatch(/^public\.ecr\.aws\/docker\/library\/haproxy:\d+\.\d+\.\d+-alpine$/);
  expect(imageOf(Routing.haproxy({ image: ecs.ContainerImage.fromRegistry('my/haproxy:3') }))).toBe('my/haproxy:3');
});
