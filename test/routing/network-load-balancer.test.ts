import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { MemcachedNodes, Routing } from '../../lib';
import { partOf, SynthesizedCluster, textOf } from '../synth';

const routing = Routing.networkLoadBalancer();

describe('nodes on EC2', () => {
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.ec2(), routing });

  test('are targets by their addresses', () => {
    const { Properties } = made.only('AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(Properties.TargetType).toBe('ip');
    expect(Properties.Targets).toHaveLength(3);
    for (const { Id, Port } of Properties.Targets) {
      expect(textOf(Id)).toMatch(/Interface.*PrimaryPrivateIpAddress/);
      expect(Port).toBe(11211);
    }
  });

  test('nothing runs on ECS', () => {
    made.template.resourceCountIs('AWS::ECS::Cluster', 0);
    expect(made.cluster.proxyService).toBeUndefined();
  });
});

describe('nodes on ECS', () => {
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate(), routing });
  const [targets] = Object.keys(made.resources('AWS::ElasticLoadBalancingV2::TargetGroup'));

  test('register themselves, each service its task', () => {
    const services = Object.values(made.resources('AWS::ECS::Service'));
    expect(services).toHaveLength(3);
    for (const { Properties } of services) {
      expect(Properties.LoadBalancers).toEqual([
        { ContainerName: 'memcached', ContainerPort: 11211, TargetGroupArn: { Ref: targets } },
      ]);
      expect(Properties.ServiceRegistries).toHaveLength(1);
    }
  });

  test('a zone’s gate changes with the targets: ECS replaces tasks for it, and goes zone by zone', () => {
    const gate = (cluster: SynthesizedCluster): string =>
      textOf(partOf(cluster, 'AWS::SSM::Parameter', 'ZoneAGate').Properties.Value);
    expect(gate(made)).toContain(targets);
    expect(gate(new SynthesizedCluster({ nodes: MemcachedNodes.fargate() }))).not.toContain('Targets');
  });
});

describe.each([
  ['ec2', MemcachedNodes.ec2()],
  ['fargate', MemcachedNodes.fargate()],
])('on %s', (_, nodes) => {
  const made = new SynthesizedCluster({ nodes, routing });

  test('the endpoint may reach the nodes, and nothing else may', () => {
    const unwatched = new SynthesizedCluster({ nodes, routing, probe: false });
    const rules = Object.values(unwatched.resources('AWS::EC2::SecurityGroupIngress'));
    expect(rules).toHaveLength(1);
    expect(textOf(rules[0].Properties.SourceSecurityGroupId)).toContain('Endpoint');
    expect(textOf(rules[0].Properties.GroupId)).toContain('NodeSecurityGroup');
    const [egress] = Object.values(unwatched.resources('AWS::EC2::SecurityGroupEgress'));
    expect(textOf(egress.Properties.GroupId)).toContain('Endpoint');
  });

  test('the quorum is one of nodes', () => {
    made.template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'HealthyHostCount',
      Threshold: 2,
    });
  });

  test('it warns of what it costs, in figures', () => {
    Annotations.fromStack(made.stack).hasWarning('*', Match.stringLikeRegexp('1 in 3'));
  });
});
