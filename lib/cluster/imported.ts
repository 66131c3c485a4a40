import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { inputError } from '../errors';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import type { SidecarSource } from '../routing/sidecar';
import { importedSidecars, type SidecarAttributes } from './imported-sidecars';
import { MemcachedClusterMetrics, type IMemcachedClusterMetrics } from '../metrics/cluster-metrics';
import { CacheMetricDetail } from '../contract/metric-detail';
import { MetricFactory } from '../metrics/factory';
import type { ClusterFacts, Published } from '../metrics/facts';
import { MemcachedNodeMetrics, type IMemcachedNodeMetrics } from '../metrics/node-metrics';
import { ReadRouting } from '../metrics/read-routing';
import { Endpoint } from '../network/endpoint';
import { having, knownBoolean, knownInteger, knownList, knownMember, knownText, whereGiven } from '../validation';
import { DEFAULT_PORT, MemcachedClusterBase } from './base';

/** Attributes of an imported cluster. */
export interface MemcachedClusterAttributes {
  /**
   * The host name of the endpoint.
   *
   * @default - none: clients connect to the nodes, which `nodeEndpoints` has to name
   */
  readonly endpointAddress?: string;

  /**
   * The port of the endpoint, or of every node if there is no endpoint.
   *
   * @default - the nodes' port if there is no endpoint, otherwise 11211
   */
  readonly port?: number;

  /**
   * Where clients connect with TLS: `new Endpoint(hostname, port)`.
   *
   * @default - clients connect without TLS
   */
  readonly tlsEndpoint?: Endpoint;

  /**
   * The security groups of the endpoint, or of the nodes where clients connect to them. Rules that let clients in are added to
   * these groups.
   *
   * @default - none: you cannot let clients in through the imported cluster
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
   * @default - none: the cluster's `nodes` is empty
   */
  readonly nodeNames?: string[];

  /**
   * The cluster's `clusterName`, for the metrics of its probe.
   *
   * @default - none: asking for a metric of the probe is an error
   */
  readonly clusterName?: string;

  /**
   * The region that the cluster is in, for its metrics.
   *
   * @default - that of the stack that the cluster is imported into
   */
  readonly region?: string;

  /**
   * The account that the cluster is in, for its metrics. CloudWatch can show another account's metrics once that account shares
   * them.
   *
   * @default - that of the stack that the cluster is imported into
   */
  readonly account?: string;

  /**
   * The finest level of detail at which the cluster's probe publishes metrics.
   *
   * @default CacheMetricDetail.NODE
   */
  readonly metricDetail?: CacheMetricDetail;

  /**
   * Whether the cluster's probe also publishes latencies by the outcome of the requests.
   *
   * @default false
   */
  readonly latencyByOutcome?: boolean;

  /**
   * `net/name/id` of the load balancer, for its metrics.
   *
   * @default - none: asking for a metric of the load balancer is an error
   */
  readonly loadBalancerFullName?: string;

  /**
   * `targetgroup/name/id` of the target group, for its metrics.
   *
   * @default - none: asking for a metric of the targets is an error
   */
  readonly targetGroupFullName?: string;

  /**
   * The name of the ECS cluster that the proxies run in, for their metrics.
   *
   * @default - none: asking for a metric of the proxies is an error
   */
  readonly ecsClusterName?: string;

  /**
   * The name of the proxies' service, for their metrics.
   *
   * @default - none: asking for a metric of the proxies is an error
   */
  readonly proxyServiceName?: string;

  /**
   * The attributes that `addProxyTo` and `proxyCommand` need, in addition to `clusterName`, `nodeEndpoints` and `nodeNames`.
   *
   * @default - none: calling either method is an error
   */
  readonly sidecars?: SidecarAttributes;
}

/** A cluster made elsewhere. */
export class ImportedMemcachedCluster extends MemcachedClusterBase {
  public readonly tlsEndpoint?: Endpoint;
  public readonly nodeEndpoints: Endpoint[];
  public readonly nodes: IMemcachedNode[];
  public readonly connections: ec2.Connections;
  public readonly metrics: IMemcachedClusterMetrics;
  protected readonly _endpoint?: Endpoint;
  private readonly facts: ClusterFacts;

  constructor(
    scope: Construct,
    id: string,
    private readonly attributes: MemcachedClusterAttributes,
  ) {
    super(scope, id);
    checkTypes(attributes);
    checkHome(attributes, this);
    checkNames(attributes, this);
    const port = portOf(attributes);
    this.tlsEndpoint = attributes.tlsEndpoint;
    this.nodeEndpoints = attributes.nodeEndpoints ?? [];
    this._endpoint = this.endpointOf(attributes, port);
    this.connections = new ec2.Connections({
      securityGroups: attributes.securityGroups ?? [],
      defaultPort: ec2.Port.tcp(port),
    });
    const published = {
      probed: true,
      detail: attributes.metricDetail ?? CacheMetricDetail.NODE,
      latencyByOutcome: attributes.latencyByOutcome ?? false,
    };
    const factory = new MetricFactory(this, attributes, published);
    this.nodes = this.namedNodes(attributes.nodeNames ?? [], factory);
    this.facts = factsOfImported(attributes, this.nodes, published);
    const zones = this.facts.zones.map(({ label }) => label);
    this.metrics = new MemcachedClusterMetrics(factory, this, zones);
  }

  private endpointOf({ endpointAddress }: MemcachedClusterAttributes, port: number): Endpoint | undefined {
    if (endpointAddress !== undefined && /^$|\s/.test(endpointAddress)) {
      throw inputError({
        got: `endpointAddress is '${endpointAddress}'`,
        expected: 'the host name or address of the endpoint',
        advice: 'give it, or leave it out and name the nodes',
        scope: this,
      });
    }
    if (endpointAddress === undefined && this.nodeEndpoints.length === 0) {
      throw inputError({
        got: 'endpointAddress and nodeEndpoints are missing',
        expected: 'one of them',
        advice: 'give what clients connect to',
        scope: this,
      });
    }
    return endpointAddress === undefined ? undefined : new Endpoint(endpointAddress, port);
  }

  private namedNodes(names: string[], factory: MetricFactory): IMemcachedNode[] {
    if (names.length > 0 && names.length !== this.nodeEndpoints.length) {
      throw inputError({
        got: `nodeNames has ${names.length} names`,
        expected: `as many as nodeEndpoints (${this.nodeEndpoints.length})`,
        advice: 'give both, in the order of the pool',
        scope: this,
      });
    }
    return names.map(
      (name, i) => new ImportedNode(this, `Node${i}`, { name, endpoint: this.nodeEndpoints[i], factory }),
    );
  }

  /** @internal */
  protected _sidecarSource(): SidecarSource {
    return importedSidecars(this, this.attributes, this.nodes);
  }

  /** @internal */
  protected get _facts(): ClusterFacts {
    return this.facts;
  }
}

/** What is known of a cluster that is made elsewhere. */
function factsOfImported(
  attributes: MemcachedClusterAttributes,
  nodes: IMemcachedNode[],
  { detail, latencyByOutcome }: Published,
): ClusterFacts {
  const { clusterName, endpointAddress, region, account } = attributes;
  const { loadBalancerFullName, targetGroupFullName, ecsClusterName, proxyServiceName } = attributes;
  const hasProxies = ecsClusterName !== undefined && proxyServiceName !== undefined;
  return {
    names: {
      region,
      account,
      clusterName,
      loadBalancerFullName,
      targetGroupFullName,
      ecsClusterName,
      proxyServiceName,
    },
    namedByAws: false,
    probed: clusterName !== undefined,
    detail,
    latencyByOutcome,
    zones: [...new Set(nodes.map(({ zoneLabel }) => zoneLabel))].map((label) => ({ label })),
    nodes,
    hasEndpoint: endpointAddress !== undefined,
    loadBalancer: loadBalancerFullName !== undefined && targetGroupFullName !== undefined ? {} : undefined,
    hasService: hasProxies,
    proxies: hasProxies ? { countErrors: true, countDebts: true } : undefined,
    sidecarsOnly: attributes.sidecars !== undefined && endpointAddress === undefined,
    reads: ReadRouting.KEY,
  };
}

/** Untyped code may give anything. */
function checkTypes(attributes: MemcachedClusterAttributes): void {
  for (const name of TEXTS) {
    const value = attributes[name];
    if (value !== undefined) knownText(name, value);
  }
  knownList('nodeNames', attributes.nodeNames ?? [], knownText);
  knownList('nodeEndpoints', attributes.nodeEndpoints ?? [], (name, each) =>
    having(name, each, 'socketAddress', 'an Endpoint'),
  );
  whereGiven(attributes.tlsEndpoint, (each) => having('tlsEndpoint', each, 'socketAddress', 'an Endpoint'));
  knownList('securityGroups', attributes.securityGroups ?? [], (name, each) =>
    having(name, each, 'securityGroupId', 'a security group'),
  );
  knownMember('metricDetail', attributes.metricDetail ?? CacheMetricDetail.NODE, CacheMetricDetail);
  knownBoolean('latencyByOutcome', attributes.latencyByOutcome ?? false);
}

const TEXTS = [
  'endpointAddress',
  'clusterName',
  'region',
  'account',
  'loadBalancerFullName',
  'targetGroupFullName',
  'ecsClusterName',
  'proxyServiceName',
] as const;

/** An empty name makes a metric that nobody publishes. */
function checkNames(attributes: MemcachedClusterAttributes, scope: Construct): void {
  const names = [
    'clusterName',
    'loadBalancerFullName',
    'targetGroupFullName',
    'ecsClusterName',
    'proxyServiceName',
  ] as const;
  const wrong = names.find((name) => attributes[name] !== undefined && !/^.{1,255}$/s.test(attributes[name]));
  if (wrong) {
    throw inputError({
      got: `${wrong} is '${attributes[wrong]}'`,
      expected: 'the name as the cluster has it, up to 255 characters',
      advice: 'give it, or leave it out',
      scope,
    });
  }
}

/** The endpoint's port, or else the nodes'. */
function portOf({ endpointAddress, port, nodeEndpoints }: MemcachedClusterAttributes): number {
  const [firstNode] = endpointAddress === undefined ? (nodeEndpoints ?? []) : [];
  const given = port ?? firstNode?.port ?? DEFAULT_PORT;
  if (Token.isUnresolved(given)) return given;
  return knownInteger('port', given, { min: 1, max: 65535, advice: 'give the port of the endpoint' });
}

/** A name in place of a region, or an ARN in place of an account, would make graphs of nothing. */
function checkHome({ region, account }: MemcachedClusterAttributes, scope: Construct): void {
  const places = [
    {
      what: 'region',
      value: region,
      form: /^[a-z]+(-[a-z]+)+-\d+$/,
      such: "the name of a region, such as 'eu-west-1'",
    },
    { what: 'account', value: account, form: /^\d{12}$/, such: 'the twelve digits of an account' },
  ];
  for (const { what, value, form, such } of places) {
    if (value === undefined || Token.isUnresolved(value) || form.test(value)) continue;
    throw inputError({
      got: `${what} is '${value}'`,
      expected: such,
      advice: `give the ${what} that the cluster is in, or leave it out where it is that of the stack`,
      scope,
    });
  }
}

/** Properties of `ImportedNode`. */
interface ImportedNodeProps {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly factory: MetricFactory;
}

class ImportedNode extends Construct implements IMemcachedNode {
  public readonly name: string;
  public readonly endpoint: Endpoint;
  public readonly metrics: IMemcachedNodeMetrics;

  constructor(scope: Construct, id: string, { name, endpoint, factory }: ImportedNodeProps) {
    super(scope, id);
    if (!/^[a-z][1-9]\d*$/.test(name)) {
      throw inputError({
        got: `nodeNames has '${name}'`,
        expected: "a zone's letter and a number, such as 'a1'",
        advice: 'give the names as the cluster has them',
        scope: this,
      });
    }
    this.name = name;
    this.endpoint = endpoint;
    this.metrics = new MemcachedNodeMetrics(factory, { node: name });
  }

  public get zoneLabel(): string {
    return this.name[0];
  }
}
