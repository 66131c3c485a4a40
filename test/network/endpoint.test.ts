import { Token } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CacheTopology, ClientAffinity, Endpoint, MemcachedNodes, Routing } from '../../lib';
import { regionalStack, SynthesizedCluster, textOf, threeZones, type Resource } from '../synth';

describe('the load balancer', () => {
  const made = new SynthesizedCluster();

  test('is internal, in the subnets of all zones, with cross-zone on', () => {
    const { Properties } = made.only('AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(Properties).toMatchObject({ Type: 'network', Scheme: 'internal', IpAddressType: 'ipv4' });
    expect(Properties.Subnets).toHaveLength(3);
    expect(Properties.LoadBalancerAttributes).toContainEqual({
      Key: 'load_balancing.cross_zone.enabled',
      Value: 'true',
    });
  });

  test('has a security group from the start: none can be added later', () => {
    expect(made.only('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.SecurityGroups).toHaveLength(1);
  });

  test('checks its targets over TCP as fast as it can, and drops what is dead', () => {
    const { Properties } = made.only('AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(Properties).toMatchObject({
      Protocol: 'TCP',
      Port: 11211,
      TargetType: 'ip',
      HealthCheckProtocol: 'TCP',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 3,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
    for (const attribute of [
      { Key: 'target_health_state.unhealthy.connection_termination.enabled', Value: 'true' },
      { Key: 'deregistration_delay.connection_termination.enabled', Value: 'true' },
      { Key: 'preserve_client_ip.enabled', Value: 'false' },
    ]) {
      expect(Properties.TargetGroupAttributes).toContainEqual(attribute);
    }
  });

  test('keeps a proxy that is leaving until no new connection comes: two minutes, and a third to be safe', () => {
    const { TargetGroupAttributes } = made.only('AWS::ElasticLoadBalancingV2::TargetGroup').Properties;
    expect(TargetGroupAttributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '180' });
    const [container] = made.only('AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
    expect(container.StopTimeout).toBe(10);
  });

  test('can be shifted away from a zone when asked to, and then ends no connection to an unhealthy target', () => {
    const shiftable = new SynthesizedCluster({ zonalShift: true });
    const attributes = (type: string, name: string, of = shiftable): unknown[] =>
      (of.only(`AWS::ElasticLoadBalancingV2::${type}`).Properties[name] as unknown[]) ?? [];
    const enabled = { Key: 'zonal_shift.config.enabled', Value: 'true' };
    expect(attributes('LoadBalancer', 'LoadBalancerAttributes')).toContainEqual(enabled);
    const disabled = { Key: 'zonal_shift.config.enabled', Value: 'false' };
    expect(attributes('LoadBalancer', 'LoadBalancerAttributes', made)).toContainEqual(disabled);
    const groups = attributes('TargetGroup', 'TargetGroupAttributes');
    const termination = 'target_health_state.unhealthy.connection_termination.enabled';
    expect(groups).toContainEqual({ Key: termination, Value: 'false' });
    expect(groups).toContainEqual({
      Key: 'load_balancing.cross_zone.enabled',
      Value: 'use_load_balancer_configuration',
    });
    // AWS enables it only when the target group is so already.
    const [targets] = Object.keys(shiftable.template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
    expect(shiftable.only('AWS::ElasticLoadBalancingV2::LoadBalancer').DependsOn).toContain(targets);
  });

  test.each([
    ['without zonal shift', {}],
    [
      'where nothing crosses zones',
      {
        zonalShift: true,
        clientAffinity: ClientAffinity.ZONE,
        routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }),
      },
    ],
  ])('%s the load balancer changes before the target group, which may then end such connections', (_, props) => {
    const unbound = new SynthesizedCluster(props);
    const [balancer] = Object.keys(unbound.template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    expect(unbound.only('AWS::ElasticLoadBalancingV2::TargetGroup').DependsOn).toEqual([balancer]);
  });

  test('says that it writes no access logs, so that taking them away stops them', () => {
    const { LoadBalancerAttributes } = made.only('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties;
    expect(LoadBalancerAttributes).toContainEqual({ Key: 'access_logs.s3.enabled', Value: 'false' });
  });

  test('keeps idle connections as long as it can', () => {
    made.template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 11211,
      Protocol: 'TCP',
      ListenerAttributes: [{ Key: 'tcp.idle_timeout.seconds', Value: '6000' }],
    });
  });

  test('has no fixed name, which would stand in the way of a replacement', () => {
    made.template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Name: Match.absent() });
    made.template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Name: Match.absent() });
  });
});

describe('the affinity of clients', () => {
  const routing = Routing.memcachedProxy({ minProxiesPerZone: 2 });
  const attributesOf = (made: SynthesizedCluster, type: 'LoadBalancer' | 'TargetGroup'): Record<string, string> => {
    const list: { Key: string; Value: string }[] = made.only(`AWS::ElasticLoadBalancingV2::${type}`).Properties[
      `${type}Attributes`
    ];
    return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
  };

  test.each<[ClientAffinity | undefined, string, string]>([
    [undefined, 'any_availability_zone', 'true'],
    [ClientAffinity.ANY, 'any_availability_zone', 'true'],
    [ClientAffinity.PARTIAL, 'partial_availability_zone_affinity', 'true'],
    [ClientAffinity.ZONE, 'availability_zone_affinity', 'false'],
  ])('%s is one choice: DNS answers by %s, and cross-zone is %s', (clientAffinity, policy, crosses) => {
    const made = new SynthesizedCluster({ clientAffinity, routing });
    expect(attributesOf(made, 'LoadBalancer')).toMatchObject({
      'dns_record.client_routing_policy': policy,
      'load_balancing.cross_zone.enabled': crosses,
    });
    expect(attributesOf(made, 'TargetGroup')['load_balancing.cross_zone.enabled']).toBe(
      'use_load_balancer_configuration',
    );
  });

  test('a zone of one proxy is refused, and what to change is said', () => {
    expect(() => new SynthesizedCluster({ clientAffinity: ClientAffinity.ZONE })).toThrow(
      'clientAffinity is ZONE with 1 target of the load balancer in each zone, expected at least 2: a zone whose only ' +
        'target is lost is dark until DNS withdraws its address; raise minProxiesPerZone of the routing to 2, or ' +
        'nodesPerZone where there are no proxies, or take ClientAffinity.PARTIAL [Stack/Cache/Routing/Endpoint]',
    );
  });

  test('before the nodes themselves it asks for two of them in each zone', () => {
    const props = { clientAffinity: ClientAffinity.ZONE, routing: Routing.networkLoadBalancer() };
    expect(() => new SynthesizedCluster(props)).toThrow('clientAffinity is ZONE with 1 target');
    const made = new SynthesizedCluster({ ...props, nodes: MemcachedNodes.ec2({ nodesPerZone: 2 }) });
    expect(attributesOf(made, 'LoadBalancer')['load_balancing.cross_zone.enabled']).toBe('false');
  });

  test('what lists the nodes for clients crosses zones whatever it is: it has one process in each', () => {
    const discovery = new SynthesizedCluster({
      clientAffinity: ClientAffinity.ZONE,
      routing: Routing.clientSide({ autoDiscovery: true }),
      topology: CacheTopology.sharded(),
    });
    expect(attributesOf(discovery, 'LoadBalancer')).toMatchObject({
      'dns_record.client_routing_policy': 'any_availability_zone',
      'load_balancing.cross_zone.enabled': 'true',
    });
  });

  test('where nothing crosses zones, a zonal shift costs no end of connections to unhealthy targets', () => {
    const made = new SynthesizedCluster({ clientAffinity: ClientAffinity.ZONE, routing, zonalShift: true });
    expect(attributesOf(made, 'LoadBalancer')['zonal_shift.config.enabled']).toBe('true');
    const termination = 'target_health_state.unhealthy.connection_termination.enabled';
    expect(attributesOf(made, 'TargetGroup')[termination]).toBe('true');
  });
});

describe.each([
  ['ec2', MemcachedNodes.ec2()],
  ['fargate', MemcachedNodes.fargate()],
])('security groups with nodes on %s', (_, nodes) => {
  const groups = { endpoint: /Endpoint/, proxies: /ProxySecurityGroup/, nodes: /NodeSecurityGroup/ };

  /** The rules from one group to another as `direction port`. */
  function rules(made: SynthesizedCluster, from: RegExp, to: RegExp): string[] {
    const matches = (value: unknown, group: RegExp): boolean => group.test(textOf(value));
    const describe = (direction: string, { Properties }: Resource): string =>
      `${direction} ${Properties.IpProtocol} ${Properties.FromPort}-${Properties.ToPort}`;
    return [
      ...Object.values(made.resources('AWS::EC2::SecurityGroupIngress'))
        .filter(({ Properties }) => matches(Properties.SourceSecurityGroupId, from) && matches(Properties.GroupId, to))
        .map((rule) => describe('ingress', rule)),
      ...Object.values(made.resources('AWS::EC2::SecurityGroupEgress'))
        .filter(
          ({ Properties }) => matches(Properties.GroupId, from) && matches(Properties.DestinationSecurityGroupId, to),
        )
        .map((rule) => describe('egress', rule)),
    ];
  }

  test('let the endpoint reach the proxies and the proxies the nodes, on the one port', () => {
    const made = new SynthesizedCluster({ nodes });
    expect(rules(made, groups.endpoint, groups.proxies)).toEqual(['ingress tcp 11211-11211', 'egress tcp 11211-11211']);
    expect(rules(made, groups.proxies, groups.nodes)).toEqual(['ingress tcp 11211-11211', 'egress tcp 11211-11211']);
    expect(rules(made, groups.endpoint, groups.nodes)).toEqual([]);
  });

  test('let nothing reach the endpoint, and nothing else reach anything', () => {
    const made = new SynthesizedCluster({ nodes, probe: false });
    expect(Object.keys(made.resources('AWS::EC2::SecurityGroupIngress'))).toHaveLength(2);
    made.template.allResourcesProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  });

  test('let a client in once it is allowed, on the endpoint’s port', () => {
    const stack = regionalStack();
    const vpc = threeZones(stack);
    const client = new ec2.SecurityGroup(stack, 'Client', { vpc, allowAllOutbound: false });
    const made = new SynthesizedCluster({ vpc, nodes }, stack);
    made.cluster.connections.allowDefaultPortFrom(client);
    expect(rules(made, /^\${Client/, groups.endpoint)).toEqual(['ingress tcp 11211-11211', 'egress tcp 11211-11211']);
  });

  test('let hosts out to HTTPS only', () => {
    const made = new SynthesizedCluster({ nodes });
    const out = Object.values(made.resources('AWS::EC2::SecurityGroup')).flatMap(
      ({ Properties }) =>
        (Properties.SecurityGroupEgress ?? []) as { CidrIp: string; FromPort?: number; ToPort?: number }[],
    );
    const anywhere = out.filter(({ CidrIp }) => CidrIp === '0.0.0.0/0');
    expect(anywhere).toHaveLength(2);
    for (const rule of anywhere) {
      expect([rule.FromPort, rule.ToPort]).toEqual([443, 443]);
    }
  });
});

test('an endpoint with a port known at deployment', () => {
  const stack = regionalStack();
  const endpoint = new Endpoint('cache.internal', Token.asNumber({ Ref: 'Port' }));
  expect(textOf(stack.resolve(endpoint.socketAddress))).toBe('cache.internal:${Port}');
});
