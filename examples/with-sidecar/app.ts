import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { MemcachedCluster, MemcachedNodes, Routing } from 'cdk-memcached';

const app = new App();
const stack = new Stack(app, 'Shop');
const vpc = new Vpc(stack, 'Vpc');
const ecsCluster = new Cluster(stack, 'Cluster', { vpc });

// No load balancer and no tier of proxies: every client has one beside it.
const cache = new MemcachedCluster(stack, 'Cache', {
  vpc,
  ecsCluster,
  nodes: MemcachedNodes.fargate({ cpu: 1024, memoryLimitMiB: 4096 }),
  routing: Routing.sidecar(),
});

const task = new FargateTaskDefinition(stack, 'WebTask', { cpu: 512, memoryLimitMiB: 1024 });
const proxy = cache.addProxyTo(task);
const web = task.addContainer('Web', {
  image: ContainerImage.fromRegistry('public.ecr.aws/docker/library/httpd:2.4'),
  portMappings: [{ containerPort: 80 }],
  logging: LogDrivers.awsLogs({ streamPrefix: 'web' }),
});
web.addEnvironment('MEMCACHED', proxy.endpoint.socketAddress);
const service = new FargateService(stack, 'Web', {
  cluster: ecsCluster,
  taskDefinition: task,
  desiredCount: 2,
  minHealthyPercent: 100,
});
proxy.allowFrom(service);

app.synth();
