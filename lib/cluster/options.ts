import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { MemcachedImage } from '../containers/memcached-image';
import type { CacheTimeoutsOptions } from '../context/timeouts';
import type { CacheTopology } from '../context/topology';
import type { CacheMonitoringOptions } from '../monitoring/options';
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
   * otherwise, so a client of a proxy that hangs waits for its own time-out until it reconnects. Existing connections are not moved
   * by a shift. Nodes are not shifted: proxies go on writing to those of the zone as long as they answer.
   *
   * @default false
   */
  readonly zonalShift?: boolean;

  /**
   * The ECS cluster that tasks run in.
   *
   * @default - one of its own, when anything runs on ECS
   */
  readonly ecsCluster?: ecs.ICluster;
}
