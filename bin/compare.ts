import { Annotations, App } from 'aws-cdk-lib';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { CacheTopology, ClientAffinity, HaCacheStack, Routing, type HaCacheStackProps } from '../lib';

/** A rehearsal pulls no image: it takes mcrouter's binary from this computer, where there is one. */
const mcrouter = Routing.mcrouter({ image: ContainerImage.fromRegistry('mcrouter') });

/** The ready-made stack with each routing strategy: what `npm run compare` rehearses side by side. */
const strategies: Record<string, HaCacheStackProps> = {
  MemcachedProxyReplicated: { routing: Routing.memcachedProxy() },
  MemcachedProxySharded: { routing: Routing.memcachedProxy(), topology: CacheTopology.sharded() },
  MemcachedProxyPartialAffinity: { routing: Routing.memcachedProxy(), clientAffinity: ClientAffinity.PARTIAL },
  MemcachedProxyZoneAffinity: {
    routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }),
    clientAffinity: ClientAffinity.ZONE,
  },
  Sidecar: { routing: Routing.sidecar() },
  McrouterReplicated: { routing: mcrouter },
  McrouterSharded: { routing: mcrouter, topology: CacheTopology.sharded() },
  Twemproxy: { routing: Routing.twemproxy(), topology: CacheTopology.sharded() },
  HaproxyRoundRobin: { routing: Routing.haproxy() },
  HaproxyStandby: { routing: Routing.haproxy({ standby: true }) },
  NginxStream: { routing: Routing.nginxStream() },
  NetworkLoadBalancer: { routing: Routing.networkLoadBalancer() },
  ClientSide: { routing: Routing.clientSide(), topology: CacheTopology.sharded() },
};

/** What clients are part of where the proxy is beside them. A rehearsal runs nothing of it but the proxy. */
function addApplication({ cluster, vpc }: HaCacheStack): void {
  const scope = new Construct(cluster, 'Application');
  const taskDefinition = new FargateTaskDefinition(scope, 'Task', { cpu: 512, memoryLimitMiB: 1024 });
  const proxy = cluster.addProxyTo(taskDefinition);
  taskDefinition.addContainer('Web', { image: ContainerImage.fromRegistry('web') });
  const service = new FargateService(scope, 'Service', {
    cluster: new Cluster(scope, 'Cluster', { vpc }),
    taskDefinition,
    minHealthyPercent: 100,
    circuitBreaker: { enable: true },
  });
  proxy.allowFrom(service);
}

const app = new App();
for (const [name, props] of Object.entries(strategies)) {
  const stack = new HaCacheStack(app, name, props);
  for (const id of ['cdk-memcached:independentNodes', 'cdk-memcached:standbyNodes']) {
    Annotations.of(stack).acknowledgeWarning(id, 'it is here to be compared');
  }
  if (name === 'Sidecar') addApplication(stack);
}
app.synth();
