import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { MemcachedCluster, PrometheusExporter } from 'cdk-memcached';

const app = new App();
const stack = new Stack(app, 'Watched');
const vpc = new Vpc(stack, 'Vpc');
const ecsCluster = new Cluster(stack, 'Cluster', { vpc });

// An exporter beside every node and proxy.
const cache = new MemcachedCluster(stack, 'Cache', { vpc, ecsCluster, prometheus: PrometheusExporter.official() });

// A small Prometheus: it keeps what it has scraped for as long as its task lives. Bring your own where you have one, and
// give it cache.prometheus.scrapeConfigs.
const task = new FargateTaskDefinition(stack, 'PrometheusTask', { cpu: 256, memoryLimitMiB: 1024 });
task.addContainer('Prometheus', {
  image: ContainerImage.fromRegistry('quay.io/prometheus/prometheus:v3.5.0'),
  entryPoint: ['sh', '-c'],
  command: [
    `printf '%s' '${cache.prometheus!.scrapeConfigs}' > /prometheus/prometheus.yml
exec prometheus --config.file=/prometheus/prometheus.yml --storage.tsdb.path=/prometheus/data`,
  ],
  portMappings: [{ containerPort: 9090 }],
  logging: LogDrivers.awsLogs({ streamPrefix: 'prometheus' }),
});
const prometheus = new FargateService(stack, 'Prometheus', {
  cluster: ecsCluster,
  taskDefinition: task,
  minHealthyPercent: 100,
});
cache.prometheus!.allowFrom(prometheus);

app.synth();
