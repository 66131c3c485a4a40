import { Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { DEFAULT_PORT, knownEndpoint, MemcachedClusterBase } from './base';
import { Endpoint, serverListOf } from '../network/endpoint';
import type { IMemcachedNode } from '../nodes/node';
import type { DashboardSource } from '../monitoring/dashboard/widgets';
import { MetricDetail } from '../metrics/detail';
import { MetricFactory, type MetricDimensions } from '../metrics/factory';
import { Observed } from '../metrics/node-metrics';
import { knownInteger } from '../validation';

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
   * The nodes' names, such as `a1`, in the order of `nodeEndpoints`, for their metrics.
   *
   * @default - none, the cluster has no `nodes`
   */
  readonly nodeNames?: string[];

  /**
   * The cluster's `clusterName`, for the metrics of its probe.
   *
   * @default - none, asking for a metric of the probe is an error
   */
  readonly clusterName?: string;

  /**
   * The finest metrics that its probe publishes.
   *
   * @default MetricDetail.NODE
   */
  readonly metricDetail?: MetricDetail;

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
  public readonly nodes: IMemcachedNode[];
  public readonly serverList: string;
  public readonly connections: ec2.Connections;
  protected readonly _metrics: MetricFactory;
  private readonly givenEndpoint?: Endpoint;
  private readonly metricDetail: MetricDetail;

  constructor(
    scope: Construct,
    id: string,
    private readonly attributes: MemcachedClusterAttributes,
  ) {
    super(scope, id);
    const endpointPort = portOf(attributes);
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
    this.metricDetail = attributes.metricDetail ?? MetricDetail.NODE;
    this._metrics = new MetricFactory(this, dimensions, { probe: true, detail: this.metricDetail });
    this.nodes = this.namedNodes(attributes.nodeNames ?? []);
  }

  public get endpoint(): Endpoint {
    return knownEndpoint(this.givenEndpoint);
  }

  private namedNodes(names: string[]): IMemcachedNode[] {
    if (names.length > 0 && names.length !== this.nodeEndpoints.length) {
      throw new Error(
        `nodeNames has ${names.length} names, expected as many as nodeEndpoints (${this.nodeEndpoints.length}): give both, ` +
          'in the order of the pool',
      );
    }
    return names.map((name, i) => new ImportedNode(this, `Node${i}`, name, this.nodeEndpoints[i], this._metrics));
  }

  /** @internal */
  protected _dashboardSource(): DashboardSource {
    const { clusterName } = this.attributes;
    const hasProxies = this._metrics.knows('ecsClusterName', 'proxyServiceName');
    return {
      cluster: this,
      name: clusterName ?? this.node.id,
      zones: [...new Set(this.nodes.map(({ zoneLabel }) => zoneLabel))],
      nodes: this.nodes,
      detail: this.metricDetail,
      probed: clusterName !== undefined,
      hasEndpoint: this.givenEndpoint !== undefined,
      hasLoadBalancer: this._metrics.knows('loadBalancerFullName', 'targetGroupFullName'),
      hasProxies,
      tellsBackends: hasProxies,
      alarms: [],
    };
  }
}

/** The endpoint's port, or else the nodes'. */
function portOf({ endpointAddress, port, nodeEndpoints = [] }: MemcachedClusterAttributes): number {
  const [firstNode] = endpointAddress === undefined ? nodeEndpoints : [];
  const given = port ?? firstNode?.port ?? DEFAULT_PORT;
  if (Token.isUnresolved(given)) return given;
  return knownInteger('port', given, { min: 1, max: 65535, advice: 'give the port of the endpoint' });
}

class ImportedNode extends Observed implements IMemcachedNode {
  constructor(
    scope: Construct,
    id: string,
    public readonly name: string,
    public readonly endpoint: Endpoint,
    private readonly metrics: MetricFactory,
  ) {
    super(scope, id);
    if (!/^[a-z][1-9]\d*$/.test(name)) {
      throw new Error(
        `nodeNames has '${name}', expected a zone's letter and a number, such as 'a1': give the names as the cluster has them`,
      );
    }
  }

  public get zoneLabel(): string {
    return this.name[0];
  }

  /** @internal */
  protected _probeMetric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metrics.probed(metricName, { node: this.name }, options);
  }
}
