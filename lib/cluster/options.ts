import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { MemcachedImage } from '../containers/memcached-image';
import type { ClientAffinity } from '../context/client-affinity';
import type { CacheTimeoutsOptions } from '../context/timeouts';
import type { CacheTls } from '../context/tls';
import type { CacheTopology } from '../context/topology';
import type { CacheMonitoringOptions } from '../monitoring/options';
import type { EndpointServiceOptions } from '../network/endpoint-service';
import type { IMemcachedNodes } from '../nodes/node';
import type { IRouting } from '../routing/strategy';

/** What there is to choose about a cluster, wherever it is made. */
export interface MemcachedClusterOptions extends CacheMonitoringOptions {
  /**
   * The subnets of nodes, proxies and endpoint: one in each zone, in at least two zones.
   *
   * Nodes fetch their software and their image from outside the VPC. A selection without a way out needs VPC endpoints
   * and an image in ECR.
   *
   * @default - the private subnets with egress, one in each zone
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Where the nodes run, how many there are and how large they are.
   *
   * @default MemcachedNodes.ec2()
   */
  readonly nodes?: IMemcachedNodes;

  /**
   * How the keys are laid out over the nodes.
   *
   * @default CacheTopology.replicated()
   */
  readonly topology?: CacheTopology;

  /**
   * How requests reach the nodes.
   *
   * @default Routing.memcachedProxy()
   */
  readonly routing?: IRouting;

  /**
   * How long the parts wait for each other, and so how long a client should wait.
   *
   * @default - see each
   */
  readonly timeouts?: CacheTimeoutsOptions;

  /**
   * The memcached image, for nodes and for memcached's own proxy.
   *
   * @default MemcachedImage.official()
   */
  readonly image?: MemcachedImage;

  /**
   * The prefix of a pull-through cache rule of Amazon ECR whose upstream is `public.ecr.aws`, in the account and region of the
   * cluster. Images of that registry, which is served from us-east-1, are then pulled through it: memcached's, and those of
   * HAProxy and nginx by default. So a lost node or proxy is replaced without another region.
   *
   * Hosts may let ECR import these images and make their repositories. Turning it on or off replaces the nodes, one zone after
   * another.
   *
   * @default - these images come from Amazon's public registry itself
   */
  readonly pullThroughCachePrefix?: string;

  /**
   * The port of the endpoint, the proxies and the nodes. Between 1024 and 65535.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * How clients speak TLS to the cluster, and whether they present a certificate. What proxies and nodes say to each other stays
   * plain.
   *
   * @default - they do not
   */
  readonly tls?: CacheTls;

  /**
   * Whether the endpoint has IPv6 addresses beside its IPv4 addresses: `IPV4` or `DUAL_STACK`. Its subnets then need IPv6 ranges.
   * Let IPv6 clients in with `connections.allowDefaultPortFrom(ec2.Peer.ipv6(…))`, or by their security group. Nodes, proxies and
   * probe speak IPv4 to each other. It means nothing where clients connect to the nodes.
   *
   * @default elbv2.IpAddressType.IPV4
   */
  readonly ipAddressType?: elbv2.IpAddressType;

  /**
   * Shares the endpoint with other networks and accounts through AWS PrivateLink.
   *
   * @default - it is not shared
   */
  readonly endpointService?: EndpointServiceOptions;

  /**
   * The processors of Fargate tasks, and of the default instance type.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: ecs.CpuArchitecture;

  /**
   * Whether the load balancer can be shifted away from a zone by Amazon Application Recovery Controller: by you (zonal shift), or
   * by AWS (zonal autoshift). Clients then get the addresses of the other zones, and only proxies of these get connections.
   *
   * The price: connections are no longer closed when their proxy fails its health checks, because AWS does not enable zonal shift
   * otherwise, so a client of a proxy that hangs waits for its own time-out until it reconnects. `ClientAffinity.ZONE` does not pay
   * it: AWS asks for it only where load balancing crosses zones. Existing connections are not moved by a shift. Nodes are not
   * shifted: proxies go on writing to those of the zone as long as they answer.
   *
   * @default false
   */
  readonly zonalShift?: boolean;

  /**
   * Whether a client's connections stay in its own zone on the way through the load balancer: one choice of what DNS answers and of
   * cross-zone load balancing. It means nothing where clients connect to the nodes.
   *
   * What it saves: AWS charges for data that crosses on the way to the load balancer or from it, $0.01 a GB on each side (its blog,
   * "Optimizing data transfer costs when using AWS Network Load Balancer"), and a way to another zone and back can take a millisecond
   * or more (its blog, "Improving performance and reducing cost using Availability Zone affinity"). What it costs is said with each
   * member. docs/routing.md has both measured.
   *
   * `ZONE` asks for two proxies in each zone, because a zone whose only proxy is lost is dark until DNS withdraws its address; of
   * `Routing.networkLoadBalancer` for two nodes. There clients also find only what clients of their own zone have written.
   *
   * @default ClientAffinity.ANY
   */
  readonly clientAffinity?: ClientAffinity;

  /**
   * A symmetric key of the cluster's region that encrypts what the cluster writes to a disk: its log, the volumes of EC2 nodes, and the
   * storage of Fargate tasks. What you give the cluster (`logGroup`, `ecsCluster`) keeps the encryption that it has.
   *
   * A key that is made in this application gets the policy that these need. An imported key must have it: docs/security.md says
   * what it is. Another key replaces nodes on EC2, one zone after another; tasks on Fargate have it from their next start on.
   *
   * @default - keys of AWS
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The ECS cluster that tasks run in.
   *
   * @default - one of its own, when anything runs on ECS
   */
  readonly ecsCluster?: ecs.ICluster;
}
