import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { gunzipSync } from 'node:zlib';
import { CacheTopology, MemcachedCluster, Routing } from '../../lib';
import { Application, admitted, image } from '../sidecar-application';
import { regionalStack, SynthesizedCluster, textOf } from '../synth';

/** As `sh` would write it. */
const unpacked = (command: string): string =>
  command.replace(/echo (\S+) \| base64 -d \| gunzip/g, (_, text: string) =>
    gunzipSync(Buffer.from(text, 'base64')).toString(),
  );

describe('a proxy beside an application', () => {
  const application = new Application();
  const later = application.task.addContainer('Later', { image });
  const helper = application.task.addContainer('Helper', { image, essential: false });
  const containers = admitted(application).containers();
  const proxy = containers['memcached-proxy'];
  const command = textOf(proxy.Command[0]);

  test('listens on loopback alone, on the cluster’s port', () => {
    expect(command).toContain("exec memcached -l '127.0.0.1,tag_clock_:127.0.0.1:11209' -p 11211 ");
    expect(application.proxy.endpoint.socketAddress).toBe('127.0.0.1:11211');
    expect(proxy.PortMappings).toBeUndefined();
  });

  test('has the library of the tier, packed', () => {
    const tier = new SynthesizedCluster();
    const library = /printf '%s' '(local QUARANTINE[^']*)/.exec(
      textOf(
        Object.values(tier.resources('AWS::ECS::TaskDefinition')).find(({ Properties }) =>
          JSON.stringify(Properties).includes('proxy_config'),
        )!.Properties.ContainerDefinitions[0].Command[0],
      ),
    )![1]!;
    expect(unpacked(command)).toContain(library);
    expect(command).not.toContain('local QUARANTINE');
  });

  test('is health checked, and starts again in its task', () => {
    expect(proxy).toMatchObject({
      Essential: true,
      HealthCheck: { Command: ['CMD-SHELL', expect.stringContaining('nc 127.0.0.1 11211')], Interval: 5, Retries: 3 },
      RestartPolicy: { Enabled: true, RestartAttemptPeriod: 60 },
      StopTimeout: 10,
      SystemControls: [{ Namespace: 'net.ipv4.tcp_orphan_retries', Value: '1' }],
      Ulimits: [{ Name: 'nofile', SoftLimit: 65_535, HardLimit: 65_535 }],
      Memory: 256,
    });
    expect(command).toContain('watch $process');
    expect(proxy.Cpu).toBeUndefined();
  });

  test('is healthy before the essential containers start, those that were added later too', () => {
    const waits = [{ ContainerName: 'memcached-proxy', Condition: 'HEALTHY' }];
    expect([containers.Web.DependsOn, containers.Later.DependsOn]).toEqual([waits, waits]);
    expect(containers.Helper.DependsOn).toBeUndefined();
    expect([later, helper].map(({ essential }) => essential)).toEqual([true, false]);
  });

  test('logs to the cluster’s log', () => {
    const [group] = Object.keys(Template.fromStack(application.stack).findResources('AWS::Logs::LogGroup'));
    expect(proxy.LogConfiguration.Options).toMatchObject({ 'awslogs-group': { Ref: group }, mode: 'non-blocking' });
    expect(command).toContain('"role\\":\\"sidecar\\"');
  });

  test('is recognized by its labels', () => {
    expect(proxy.DockerLabels).toMatchObject({
      'cdk-memcached:role': 'sidecar',
      'cdk-memcached:topology': 'replicated',
    });
    expect(textOf(proxy.DockerLabels['cdk-memcached:cluster'])).toBe(
      textOf(application.stack.resolve(application.cache.clusterName)),
    );
  });

  test('reaches the nodes, which admit the service and nobody else', () => {
    const rules = Object.values(Template.fromStack(application.stack).findResources('AWS::EC2::SecurityGroupIngress'));
    const descriptions = rules.map(({ Properties }) => Properties.Description).sort();
    expect(descriptions).toEqual(['memcached from the proxy beside an application', 'statistics for the probe']);
  });
});

test('takes the size that it is given', () => {
  const proxy = admitted(
    new Application(Routing.sidecar(), {
      task: (stack) => new ecs.FargateTaskDefinition(stack, 'Task', { cpu: 4096, memoryLimitMiB: 8192 }),
      options: { cpu: 2048, memoryLimitMiB: 1024 },
    }),
  ).containers()['memcached-proxy'];
  expect(proxy).toMatchObject({ Cpu: 2048, Memory: 1024 });
  expect(textOf(proxy.Command[0])).toContain(' -t 2 ');
  expect(textOf(proxy.Command[0])).toContain('active_req_limit = 24576, buffer_memory_limit = 262144');
});

test('leaves the containers of the application most of the task definition, with a hundred nodes', () => {
  const { 'memcached-proxy': proxy } = admitted(new Application(Routing.sidecar(), { nodesPerZone: 33 })).containers();
  const command = textOf(proxy.Command[0]);
  // The names of nodes are known at deployment, and longer than their logical ids: 70 characters each are more than enough.
  const names = [...command.matchAll(/"[^"]*:11211"/g)].reduce(
    (room, [name]) => room + Math.max(0, 70 - name.length),
    0,
  );
  const bytes = JSON.stringify({ ...proxy, Command: [command] }).length + names;
  // ECS takes 64 KiB; uncompressed it would be some 57.
  expect(bytes).toBeLessThan(32 * 1024);
});

describe('of the start order', () => {
  test('what is named waits and no other', () => {
    const stack = regionalStack();
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    const worker = task.addContainer('Worker', { image, essential: false });
    const application = new Application(
      Routing.sidecar(),
      { task: () => task, options: { dependents: [worker] } },
      stack,
    );
    const containers = admitted(application).containers();
    expect(containers.Web.DependsOn).toBeUndefined();
    expect(containers.Worker.DependsOn).toEqual([{ ContainerName: 'memcached-proxy', Condition: 'HEALTHY' }]);
  });

  test('a container of the task that is made elsewhere waits too', () => {
    const application = new Application();
    const { stack, task: taskDefinition } = application;
    new ecs.ContainerDefinition(stack, 'Elsewhere', { taskDefinition, image, memoryLimitMiB: 128 });
    expect(admitted(application).containers().Elsewhere.DependsOn).toEqual([
      { ContainerName: 'memcached-proxy', Condition: 'HEALTHY' },
    ]);
  });

  test('what the proxy waits for does not wait for it', () => {
    const application = new Application();
    const first = application.task.addContainer('First', { image });
    application.proxy.container.addContainerDependencies({ container: first });
    expect(admitted(application).containers().First.DependsOn).toBeUndefined();
  });

  test('a log router, through which it may log, does not wait for it', () => {
    const application = new Application();
    const router = { image, firelensConfig: { type: ecs.FirelensLogRouterType.FLUENTBIT } };
    application.task.addFirelensLogRouter('Router', router);
    expect(admitted(application).containers().Router.DependsOn).toBeUndefined();
  });
});

describe('who is let in', () => {
  const errorsOf = ({ stack }: Application): string => {
    try {
      (stack.node.root as App).synth();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('nobody: synthesis fails, and says what to call', () => {
    expect(errorsOf(new Application())).toContain(
      'the nodes let in nothing that runs the task, whose proxy is beside the application, expected the proxy to reach ' +
        'them: call allowFrom of what addProxyTo returned',
    );
  });

  // CDK ignores a rule of a group that lets everything out, and warns of it.
  test('without a rule, and a warning, at a service that reaches everything', () => {
    const { stack } = admitted(new Application());
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('allowAllOutbound'))).toEqual([]);
  });

  test('with a rule at a security group that reaches nothing else', () => {
    const application = new Application();
    const vpc = application.stack.node.findChild('Vpc') as ec2.Vpc;
    application.proxy.allowFrom(new ec2.SecurityGroup(application.stack, 'Group', { vpc, allowAllOutbound: false }));
    Template.fromStack(application.stack).hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      Description: 'memcached from the proxy beside an application',
      FromPort: 11211,
    });
  });

  test('all but one of two services: synthesis names it', () => {
    const application = admitted(new Application());
    application.service('Forgotten');
    expect(errorsOf(application)).toContain('the nodes let in everything but Stack/Forgotten, ');
  });

  test('a security group, for a task that no service runs', () => {
    const application = new Application();
    const vpc = application.stack.node.findChild('Vpc') as ec2.Vpc;
    application.proxy.allowFrom(new ec2.SecurityGroup(application.stack, 'Group', { vpc }));
    expect(errorsOf(application)).toBe('');
  });

  test('a service of another stack, which then has the rules', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner');
    const vpc = new ec2.Vpc(owner, 'Vpc');
    const cache = new MemcachedCluster(owner, 'Cache', { vpc, routing: Routing.sidecar() });
    const other = new Stack(app, 'Other');
    const task = new ecs.FargateTaskDefinition(other, 'Task');
    task.addContainer('Web', { image });
    const cluster = new ecs.Cluster(other, 'Cluster', { vpc });
    const service = new ecs.FargateService(other, 'Service', { cluster, taskDefinition: task, minHealthyPercent: 100 });
    cache.addProxyTo(task).allowFrom(service);
    Template.fromStack(other).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      Description: 'memcached from the proxy beside an application',
    });
  });
});

describe('a task that cannot have one', () => {
  test.each([
    ['bridge', ecs.NetworkMode.BRIDGE],
    ['host', ecs.NetworkMode.HOST],
  ])('with the network mode %s', (_, networkMode) => {
    const task = (stack: Stack): ecs.TaskDefinition => new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode });
    expect(() => new Application(Routing.sidecar(), { task })).toThrow(
      `the network mode of the task is ${networkMode}, expected awsvpc: `,
    );
  });

  test('with a proxy already', () => {
    const application = new Application();
    expect(() => application.cache.addProxyTo(application.task)).toThrow(
      'the task has a proxy already, expected one proxy in a task: ',
    );
  });

  test('of a cluster whose routing has no proxies', () => {
    expect(() => new Application(Routing.networkLoadBalancer())).toThrow(
      'the routing has no proxies, expected one whose proxy can run beside an application: ',
    );
  });

  test('with too little memory', () => {
    expect(() => new Application(Routing.sidecar(), { options: { memoryLimitMiB: 100 } })).toThrow(
      'memoryLimitMiB is 100, expected a whole number 128 or more: leave it out for the default',
    );
  });
});

test('a task on EC2 in its own network can have one', () => {
  const task = (stack: Stack): ecs.TaskDefinition =>
    new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: ecs.NetworkMode.AWS_VPC });
  const application = new Application(Routing.sidecar(), { task });
  const vpc = application.stack.node.findChild('Vpc') as ec2.Vpc;
  application.proxy.allowFrom(new ec2.SecurityGroup(application.stack, 'Group', { vpc }));
  expect(application.containers()['memcached-proxy'].Memory).toBe(256);
});

const topology = CacheTopology.sharded();
test.each([
  ['mcrouter', Routing.mcrouter({ image }), undefined, 'exec mcrouter --listen-addresses=127.0.0.1 --port=11211 '],
  ['twemproxy', Routing.twemproxy({ image }), topology, '  listen: 127.0.0.1:11211\n'],
  ['twemproxy’s statistics', Routing.twemproxy({ image }), topology, '-a 127.0.0.1 -s 22222'],
  ['HAProxy', Routing.haproxy(), undefined, '  bind 127.0.0.1:11211 backlog 4096\n'],
  ['nginx', Routing.nginxStream(), undefined, '    listen 127.0.0.1:11211 so_keepalive=on backlog=4096;'],
])('%s listens on loopback alone', (_, routing, layout, expected) => {
  const { 'memcached-proxy': proxy } = admitted(
    new Application(Routing.sidecar(routing), { topology: layout }),
  ).containers();
  expect(textOf(proxy.Command[0])).toContain(expected);
});

describe('Routing.sidecar', () => {
  const made = new SynthesizedCluster({ routing: Routing.sidecar() });

  test('makes no load balancer and no tier', () => {
    made.template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
    const services = Object.values(made.resources('AWS::ECS::Service'));
    expect(services).toEqual([]);
  });

  test.each(['endpoint', 'serverList'] as const)('%s says what to do', (property) => {
    expect(() => made.cluster[property]).toThrow(
      'the cluster has no endpoint, expected a routing with one: clients connect to the proxy beside them, so give them ' +
        'the endpoint that addProxyTo(taskDefinition) returns',
    );
  });

  test('has the alarms of the nodes, the comparison of copies and the count of proxies without a zone', () => {
    expect(JSON.stringify(made.only('AWS::Scheduler::Schedule').Properties.Target.Input)).toContain(
      '\\"copies\\":true',
    );
    made.template.resourceCountIs('AWS::Logs::MetricFilter', 1);
    expect(() => made.cluster.alarm('ZoneANodeUnreachable')).not.toThrow();
  });

  test('a tier can stay beside sidecars', () => {
    const application = admitted(new Application(Routing.memcachedProxy()));
    expect(application.cache.endpoint.port).toBe(11211);
    Template.fromStack(application.stack).resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
  });

  test('what a larger proxy takes is not refused before its size is known', () => {
    const size = { cpu: 1024, memoryLimitMiB: 2048 };
    const routing = Routing.sidecar(Routing.memcachedProxy({ ...size, maxConnections: 20_000 }));
    const { cluster: cache } = new SynthesizedCluster({ routing });
    expect(cache.proxyCommand(size).script).toContain('-c 20000');
    expect(() => cache.proxyCommand()).toThrow('maxConnections is 20000, expected a whole number between 128 and 6144');
  });

  test('a routing that is none of ours with proxies is refused', () => {
    expect(() => Routing.sidecar(Routing.networkLoadBalancer() as never)).toThrow(
      'proxy is an object, expected one of Routing with proxies',
    );
  });
});

describe('the command for other hosts', () => {
  const made = new SynthesizedCluster({ routing: Routing.sidecar() });
  const command = made.cluster.proxyCommand({ memoryLimitMiB: 512 });

  test('is a text that takes its zone from the environment', () => {
    const script = textOf(made.resolve(command.script));
    expect(script).toContain('az=$AVAILABILITY_ZONE\n');
    expect(script).toContain("-l '127.0.0.1,tag_clock_");
    expect(command.healthProbe).toContain('nc 127.0.0.1 11211');
  });

  test('lets in what it runs on: a security group, or addresses', () => {
    const stack = regionalStack();
    const { cluster } = new SynthesizedCluster({ routing: Routing.sidecar() }, stack);
    const group = new ec2.SecurityGroup(stack, 'Hosts', { vpc: stack.node.findChild('Vpc') as ec2.Vpc });
    const { allowFrom } = cluster.proxyCommand();
    allowFrom(group);
    allowFrom(ec2.Peer.ipv4('10.1.0.0/16'));
    const rule = { Description: 'memcached from the proxy beside an application', FromPort: 11211 };
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', rule);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.arrayWith([Match.objectLike({ ...rule, CidrIp: '10.1.0.0/16' })]),
    });
  });
});
