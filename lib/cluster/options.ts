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

/** The options of a cluster, for `MemcachedCluster` and `HaCacheStack` alike. */
export interface MemcachedClusterOptions extends CacheMonitoringOptions {
  /**
   * The subnets for the nodes, the proxies and the endpoint: one in each zone, in at least two zones.
   *
   * Nodes fetch their software and their image from outside the VPC. Subnets without a route to the internet need VPC endpoints
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
   * How long proxies wait for nodes, and so how long a client should wait.
   *
   * @default - see each time-out
   */
  readonly timeouts?: CacheTimeoutsOptions;

  /**
   * The memcached image, for nodes and for memcached's own proxy.
   *
   * @default MemcachedImage.official()
   */
  readonly image?: MemcachedImage;

  /**
   * The prefix of an Amazon ECR pull-through cache rule whose upstream is `public.ecr.aws`, in the account and region of the
   * cluster. Images of that registry, which is served from us-east-1, are then pulled through the cache: memcached's, and the
   * default images of HAProxy, nginx and, with `CacheTls.proxy`, the AWS command line. A lost node or proxy can then be replaced without depending on another region.
   *
   * Nodes and tasks are allowed to have ECR import these images and create repositories for them. Turning this on or off
   * replaces the nodes, one zone after another.
   *
   * @default - these images come directly from Amazon's public registry
   */
  readonly pullThroughCachePrefix?: string;

  /**
   * The port of the endpoint, the proxies and the nodes. Between 1024 and 65535.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * How clients connect with TLS, and whether they have to present a certificate. Traffic between proxies and nodes stays
   * unencrypted.
   *
   * @default - clients connect without TLS
   */
  readonly tls?: CacheTls;

  /**
   * Whether the endpoint has IPv6 addresses in addition to its IPv4 addresses: `IPV4` or `DUAL_STACK`. With `DUAL_STACK` its
   * subnets need IPv6 ranges. Let IPv6 clients in with `connections.allowDefaultPortFrom(ec2.Peer.ipv6(…))`, or by their
   * security group. Nodes, proxies and the probe use IPv4 among themselves. This option has no effect where clients connect to
   * the nodes.
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
   * The processor architecture of Fargate tasks and of the default instance type.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly cpuArchitecture?: ecs.CpuArchitecture;

  /**
   * Whether Amazon Application Recovery Controller can shift the load balancer away from a zone: when you ask it to (zonal
   * shift), or when AWS decides to (zonal autoshift). During a shift, clients get the addresses of the other zones, and only
   * proxies in these zones get connections.
   *
   * The price: the load balancer no longer closes connections to a proxy that fails its health checks, because AWS does not
   * enable zonal shift otherwise. So a client of a proxy that hangs waits for its own time-out before it reconnects.
   * `ClientAffinity.ZONE` does not have this price: AWS requires it only with cross-zone load balancing. A shift does not move
   * existing connections, and it does not affect nodes: proxies go on writing to the nodes of that zone as long as they answer.
   *
   * @default false
   */
  readonly zonalShift?: boolean;

  /**
   * Whether a client's connections stay in its own zone on the way through the load balancer. This sets both what DNS answers
   * and cross-zone load balancing. It has no effect where clients connect to the nodes.
   *
   * What it saves: AWS charges for data that crosses zones on the way to or from the load balancer, $0.01 a GB on each side
   * (AWS blog, "Optimizing data transfer costs when using AWS Network Load Balancer"), and a round trip to another zone can
   * take a millisecond or more (AWS blog, "Improving performance and reducing cost using Availability Zone affinity"). Each
   * member of `ClientAffinity` says what it costs. docs/routing.md has measurements of both.
   *
   * `ZONE` requires two proxies in each zone, because a zone that has lost its only proxy is not served until DNS withdraws the
   * zone's address. With `Routing.networkLoadBalancer` it requires two nodes in each zone instead, and clients find only what
   * clients of their own zone have written.
   *
   * @default ClientAffinity.ANY
   */
  readonly clientAffinity?: ClientAffinity;

  /**
   * A symmetric KMS key, in the cluster's region, that encrypts what the cluster writes to a disk: its log, the volumes of EC2
   * nodes, and the storage of Fargate tasks. A `logGroup` or `ecsCluster` that you give keeps the encryption that it has.
   *
   * A key that is defined in this app gets the key policy that this needs. An imported key must already have it:
   * docs/security.md shows the policy. Changing the key replaces nodes on EC2, one zone after another; tasks on Fargate use the
   * new key from their next start on.
   *
   * @default - AWS's own keys
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * The ECS cluster that tasks run in.
   *
   * @default - a new one, if anything runs on ECS
   */
  readonly ecsCluster?: ecs.ICluster;
}
