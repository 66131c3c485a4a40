import { join } from 'node:path';
import { App, Duration, Stack, Validations } from 'aws-cdk-lib';
import { InstanceClass, InstanceSize, InstanceType, Port, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
  Secret as EcsSecret,
} from 'aws-cdk-lib/aws-ecs';
import { Credentials, DatabaseInstance, DatabaseInstanceEngine, PostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { MemcachedCluster, MemcachedNodes } from 'cdk-memcached';

const app = new App();
const stack = new Stack(app, 'Application');
const vpc = new Vpc(stack, 'Vpc');
const ecsCluster = new Cluster(stack, 'Cluster', { vpc });

// The origin: what the cache keeps from being asked.
const database = new DatabaseInstance(stack, 'Database', {
  engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_17 }),
  vpc,
  vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
  instanceType: InstanceType.of(InstanceClass.T4G, InstanceSize.SMALL),
  credentials: Credentials.fromGeneratedSecret('shop'),
  databaseName: 'shop',
  multiAz: true,
  storageEncrypted: true,
  deletionProtection: true,
  backupRetention: Duration.days(7),
  cloudwatchLogsExports: ['postgresql', 'upgrade'],
});
const { secret } = database;
Validations.of(database).acknowledge(
  { id: 'AwsSolutions-SMG4', reason: 'A task reads the password when it starts, so it would not follow a rotation.' },
  { id: 'AwsSolutions-RDS11', reason: 'The security group admits the application alone, whatever the port.' },
);

const cache = new MemcachedCluster(stack, 'Cache', { vpc, ecsCluster, nodes: MemcachedNodes.fargate() });

// The application. Put your own load balancer before it.
const task = new FargateTaskDefinition(stack, 'ShopTask');
task.addContainer('Shop', {
  image: ContainerImage.fromAsset(join(__dirname, 'server')),
  portMappings: [{ containerPort: 8080 }],
  environment: {
    ...cache.environmentVariables('MEMCACHED'),
    CACHE_TIMEOUT_MS: String(cache.timeouts.client.toMilliseconds()),
    STAMPEDE_PROTECTION: 'recache', // or 'lock'
    PGDATABASE: 'shop',
  },
  secrets: {
    PGHOST: EcsSecret.fromSecretsManager(secret!, 'host'),
    PGUSER: EcsSecret.fromSecretsManager(secret!, 'username'),
    PGPASSWORD: EcsSecret.fromSecretsManager(secret!, 'password'),
  },
  healthCheck: { command: ['CMD-SHELL', 'wget -q -O /dev/null http://127.0.0.1:8080/health'] },
  logging: LogDrivers.awsLogs({ streamPrefix: 'shop' }),
});
const service = new FargateService(stack, 'Shop', {
  cluster: ecsCluster,
  taskDefinition: task,
  desiredCount: 2,
  minHealthyPercent: 100,
});
cache.connections.allowDefaultPortFrom(service, 'memcached from the shop');
database.connections.allowFrom(service, Port.POSTGRES, 'PostgreSQL from the shop');

app.synth();
