import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { DEFAULT_PORT, knownEndpoint, MemcachedClusterBase } from './cluster-base';
import { Endpoint, serverListOf } from './network/endpoint';
import { MetricFactory, type MetricDimensions } from './observability/metrics';
import { knownInteger } from './validation';

/** Attributes of a cluster made elsewhere. */
export interface MemcachedClusterAttributes {
  /**
   * The host name of the endpoint.
   *
   * @default - none, clients connect to the nodes, which `nodeEndpoints` has to name
   */
  readonly endpointAddress?: string;

  /**
   * The port of the endpoint, or of every node where there is none.
   *
   * @default - that of the nodes where there is no endpoint, or else 11211
   */
  readonly port?: number;

  /**
   * The security groups of what clients connect to, to which rules are added.
   *
   * @default - none, the cluster cannot be opened from here
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The nodes' own addresses, in the order of the pool.
   *
   * @default - none
   */
  readonly nodeEndpoints?: Endpoint[];

  /**
   * `net/name/id` of the load balancer, for its metrics.
   *
   * @default - none, asking for a metric of the load balancer is an error
   */
  readonly loadBalancerFullName?: string;

  /**
   * `targetgroup/name/id` of the target group, for its metrics.
   *
   * @default - none, asking for a metric of the targets is an error
   */
  readonly targetGroupFullName?: string;

  /**
   * The name of the ECS cluster that the proxies run in, for their metrics.
   *
   * @default - none, asking for a metric of the proxies is an error
   */
  readonly ecsClusterName?: string;

  /**
   * The name of the proxies' service, for their metrics.
   *
   * @default - none, asking for a metric of the proxies is an error
   */
  readonly proxyServiceName?: string;
}

/** A cluster made elsewhere. */
export class ImportedMemcachedCluster extends MemcachedClusterBase {
  public readonly nodeEndpoints: Endpoint[];
  public readonly serverList: string;
  public readonly connections: ec2.Connections;
  protected readonly _metrics: MetricFactory;
  private readonly givenEndpoint?: Endpoint;

  constructor(scope: Construct, id: string, attributes: MemcachedClusterAttributes) {
    super(scope, id);
    const [firstNode] = attributes.endpointAddress === undefined ? (attributes.nodeEndpoints ?? []) : [];
    const endpointPort = attributes.port ?? firstNode?.port ?? DEFAULT_PORT;
    if (!Token.isUnresolved(endpointPort)) {
      knownInteger('port', endpointPort, { min: 1, max: 65535, advice: 'give the port of the endpoint' });
    }
    if (attributes.endpointAddress === '') {
      throw new Error("endpointAddress is '', expected the host name or address of the endpoint: give it");
    }
    this.nodeEndpoints = attributes.nodeEndpoints ?? [];
    if (attributes.endpointAddress === undefined && this.nodeEndpoints.length === 0) {
      throw new Error(
        'endpointAddress and nodeEndpoints are missing, expected one of them: give what clients connect to',
      );
    }
    this.givenEndpoint = attributes.endpointAddress
      ? new Endpoint(attributes.endpointAddress, endpointPort)
      : undefined;
    this.serverList = serverListOf(this.givenEndpoint ? [this.givenEndpoint] : this.nodeEndpoints);
    this.connections = new ec2.Connections({
      securityGroups: attributes.securityGroups ?? [],
      defaultPort: ec2.Port.tcp(endpointPort),
    });
    const dimensions: MetricDimensions = attributes;
    this._metrics = new MetricFactory(this, dimensions);
  }

  public get endpoint(): Endpoint {
    return knownEndpoint(this.givenEndpoint);
  }
}
