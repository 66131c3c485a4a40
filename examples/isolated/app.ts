import { Annotations, App, Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { MemcachedCluster, MemcachedImage } from 'cdk-memcached';

const app = new App();
const stack = new Stack(app, 'Isolated');

// A network without a way out: no NAT gateway, no internet gateway.
const range = '10.0.0.0/16';
const vpc = new Vpc(stack, 'Vpc', {
  ipAddresses: IpAddresses.cidr(range),
  natGateways: 0,
  subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
});

// Amazon Linux's packages, and the layers of images in ECR.
vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });

const group = new SecurityGroup(stack, 'Endpoints', { vpc, allowAllOutbound: false });
group.addIngressRule(Peer.ipv4(range), Port.tcp(443), 'AWS from within the network');
const services = {
  // Nodes and proxies pull their image, and write their log.
  EcrApi: InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  // Nodes on EC2 attach their interface, and tell CloudFormation that they answer. With nodes on Fargate leave these two out.
  Ec2: InterfaceVpcEndpointAwsService.EC2,
  CloudFormation: InterfaceVpcEndpointAwsService.CLOUDFORMATION,
};
for (const [id, service] of Object.entries(services)) {
  vpc.addInterfaceEndpoint(id, { service, securityGroups: [group], open: false });
}

// The official image, copied to a repository of one's own: docs/nodes.md says how.
const images = Repository.fromRepositoryName(stack, 'Images', 'memcached');
const cache = new MemcachedCluster(stack, 'Cache', {
  vpc,
  vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
  image: MemcachedImage.fromEcrRepository(images, '1.6.45-alpine'),
});
// No node boots before the endpoints are there.
cache.node.addDependency(vpc);
Annotations.of(cache).acknowledgeWarning(
  'cdk-memcached:noEgress',
  'the endpoints above are the way to what hosts need',
);

app.synth();
