import { App, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { MemcachedCluster, MemcachedNodes } from 'cdk-memcached';

const app = new App();
const stack = new Stack(app, 'Shop');

// What the application has already: a network, a cluster, a service, a topic for its alarms.
const vpc = new Vpc(stack, 'Vpc');
const ecsCluster = new Cluster(stack, 'Cluster', { vpc });
const task = new FargateTaskDefinition(stack, 'WebTask');
const container = task.addContainer('Web', {
  image: ContainerImage.fromRegistry('public.ecr.aws/docker/library/httpd:2.4'),
  portMappings: [{ containerPort: 80 }],
  logging: LogDrivers.awsLogs({ streamPrefix: 'web' }),
});
const service = new FargateService(stack, 'Web', { cluster: ecsCluster, taskDefinition: task, minHealthyPercent: 100 });
const topic = new Topic(stack, 'Pager', { enforceSSL: true });

// The cache beside it.
const cache = new MemcachedCluster(stack, 'Cache', {
  vpc,
  ecsCluster,
  nodes: MemcachedNodes.fargate({ nodesPerZone: 2, cpu: 1024, memoryLimitMiB: 4096 }),
});
cache.connections.allowDefaultPortFrom(service, 'memcached from the web service');
container.addEnvironment('MEMCACHED', cache.endpoint.socketAddress);
cache.addAlarmAction(new SnsAction(topic));

app.synth();
