import type { App } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { MemcachedCluster, Routing, type IProxySidecar, type ProxySidecarOptions } from '../../lib';
import { ACCOUNT, REGION, regionalStack } from '../synth';
import { asking, type Attempt, type Case, cluster, image, importing, nodeEndpoints, sharded } from './attempts';

const { AWS_VPC, BRIDGE } = ecs.NetworkMode;

interface Made {
  readonly cache: MemcachedCluster;
  readonly task: ecs.TaskDefinition;
  readonly proxy: IProxySidecar;
}

/** A task of an application with a proxy. */
const beside =
  (use: (made: Made) => unknown = () => undefined, networkMode = AWS_VPC): Attempt =>
  () => {
    const stack = regionalStack();
    const cache = cluster({ routing: Routing.sidecar() }, stack);
    const task = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode });
    return use({ cache, task, proxy: cache.addProxyTo(task) });
  };

const synthesized =
  (use: (made: Made, group: ec2.SecurityGroup) => unknown): Attempt =>
  () =>
    beside((made) => {
      const vpc = made.task.stack.node.findChild('Vpc') as ec2.Vpc;
      use(made, new ec2.SecurityGroup(made.task, 'Group', { vpc }));
      (made.task.node.root as App).synth();
    })();

const addTo = (made: MemcachedCluster): unknown => made.addProxyTo(new ecs.FargateTaskDefinition(made, 'Task'));

const measured = (made: MemcachedCluster): unknown =>
  made.addProxyTo(new ecs.FargateTaskDefinition(made, 'Task'), { metrics: true });

const alarmed =
  (options: ProxySidecarOptions = {}, sidecar = Routing.sidecar()): Attempt =>
  () =>
    cluster({ routing: sidecar }).addProxyTo(new ecs.FargateTaskDefinition(regionalStack(), 'Task'), {
      alarms: { clientErrors: { threshold: 0.2 } },
      ...options,
    });
const fluentd = ecs.LogDrivers.fluentd();
const logIn = (region: string): ecs.LogDriver => {
  const arn = `arn:aws:logs:${region}:${ACCOUNT}:log-group:proxies`;
  const logGroup = logs.LogGroup.fromLogGroupArn(regionalStack(), 'Log', arn);
  return ecs.LogDrivers.awsLogs({ streamPrefix: 'proxy', logGroup });
};

const complete = {
  clusterName: 'cache',
  nodeEndpoints,
  nodeNames: ['a1', 'b1'],
  sidecars: {
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    get nodeSecurityGroup() {
      return ec2.SecurityGroup.fromSecurityGroupId(regionalStack(), 'Nodes', 'sg-1');
    },
  },
};
const command = (attributes: Parameters<typeof importing>[0]): Attempt =>
  importing(attributes, (made) => made.proxyCommand());

export const CASES_OF_SIDECARS: Case[] = [
  [
    'a task whose containers share no loopback interface',
    beside(undefined, BRIDGE),
    beside(),
    asking({ routing: Routing.sidecar() }, (made) => made.proxyCommand()),
  ],
  [
    'a port that the proxy needs for itself',
    asking({ routing: Routing.sidecar(), port: 11209 }, addTo),
    asking({ routing: Routing.sidecar(), port: 11212 }, addTo),
  ],
  [
    'two proxies in a task',
    beside(({ cache, task }) => cache.addProxyTo(task)),
    beside(({ proxy }) => proxy.endpoint),
    beside(({ cache, task }) => cache.addProxyTo(new ecs.FargateTaskDefinition(task.stack, 'Other'))),
  ],
  [
    'a proxy that nodes do not let in',
    synthesized(() => undefined),
    synthesized(({ proxy }, group) => proxy.allowFrom(group)),
  ],
  [
    'a routing without proxies',
    asking({ routing: Routing.networkLoadBalancer() }, addTo),
    asking({ routing: Routing.memcachedProxy() }, addTo),
    asking({ routing: Routing.mcrouter({ image }) }, addTo),
    asking({ routing: Routing.twemproxy({ image }), topology: sharded }, addTo),
    asking({ routing: Routing.sidecar() }, addTo),
  ],
  [
    'metrics of a proxy that publishes none beside an application',
    asking({ routing: Routing.sidecar(Routing.haproxy()) }, measured),
    asking({ routing: Routing.sidecar(Routing.haproxy()) }, addTo),
    asking({ routing: Routing.sidecar(Routing.memcachedProxy()) }, measured),
  ],
  [
    'alarms on a proxy that publishes no metrics',
    alarmed({ metrics: false }),
    alarmed(),
    alarmed({ logging: fluentd, metrics: true }),
    alarmed({ metrics: false, alarms: undefined }),
  ],
  ['alarms on a proxy of another engine', alarmed({}, Routing.sidecar(Routing.haproxy())), alarmed()],
  [
    'alarms on metrics of another region',
    alarmed({ logging: logIn('us-east-1') }),
    alarmed({ logging: logIn(REGION) }),
    alarmed({ logging: logIn('us-east-1'), alarms: undefined }),
  ],
  [
    'no endpoint, but proxies beside the clients',
    asking({ routing: Routing.sidecar() }, (made) => made.endpoint),
    beside(({ proxy }) => proxy.endpoint),
  ],
  [
    'an import that says too little for a proxy',
    command({ ...complete, clusterName: undefined, endpointAddress: 'cache' }),
    command(complete),
  ],
  [
    'an import that says too few zones',
    command({ ...complete, sidecars: { ...complete.sidecars, availabilityZones: ['eu-west-1a'] } }),
    command(complete),
  ],
];
