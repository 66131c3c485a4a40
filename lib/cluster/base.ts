import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { inputError } from '../errors';
import type { IMemcachedCluster } from '../interfaces/memcached-cluster';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import type { IProxyCommand, IProxySidecar, ProxySidecarOptions, ProxySize } from '../interfaces/proxy-sidecar';
import type { IMemcachedClusterMetrics } from '../metrics/cluster-metrics';
import { hasFacts, rememberFacts, type ClusterFacts } from '../metrics/facts';
import { homeOf } from '../metrics/home';
import { ProxySidecarMetrics } from '../metrics/sidecar-metrics';
import { monitorSidecar } from '../monitoring/sidecar-monitoring';
import { serverListOf, type Endpoint } from '../network/endpoint';
import { addSidecar, proxyCommand, type SidecarSource } from '../routing/sidecar';

/** memcached's own port. */
export const DEFAULT_PORT = 11211;

/**
 * What a cluster made here and an imported one have in common.
 *
 * @internal
 */
export abstract class MemcachedClusterBase extends Construct implements IMemcachedCluster {
  public abstract readonly tlsEndpoint?: Endpoint;
  public abstract readonly nodes: IMemcachedNode[];
  public abstract readonly nodeEndpoints: Endpoint[];
  public abstract readonly connections: ec2.Connections;
  public abstract readonly metrics: IMemcachedClusterMetrics;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    rememberFacts(this, () => this._facts);
  }

  public get endpoint(): Endpoint {
    if (this._endpoint) return this._endpoint;
    throw inputError({
      got: 'the cluster has no endpoint',
      expected: 'a routing with one',
      advice: this._facts.sidecarsOnly
        ? 'clients connect to the proxy beside them, so give them the endpoint that addProxyTo(taskDefinition) returns'
        : 'clients connect to its nodes, so give them serverList',
      scope: this,
    });
  }

  public get serverList(): string {
    return serverListOf(this._endpoint || this._facts.sidecarsOnly ? [this.endpoint] : this.nodeEndpoints);
  }

  public environmentVariables(variable = 'MEMCACHED_SERVERS'): Record<string, string> {
    return { [variable]: this.serverList };
  }

  public addProxyTo(taskDefinition: ecs.TaskDefinition, options: ProxySidecarOptions = {}): IProxySidecar {
    const { publishes, logRegion, ...sidecar } = addSidecar(this._sidecarSource(), taskDefinition, options);
    const metrics = publishes && new ProxySidecarMetrics(publishes, homeOf(taskDefinition, { region: logRegion }));
    return { ...sidecar, ...monitorSidecar(this, this._facts, taskDefinition, metrics, options.alarms) };
  }

  public proxyCommand(size: ProxySize = {}): IProxyCommand {
    return proxyCommand(this._sidecarSource(), this, size);
  }

  /**
   * None where clients connect to the nodes, or to proxies beside them.
   *
   * @internal
   */
  protected abstract readonly _endpoint?: Endpoint;

  /**
   * Throws where there is none.
   *
   * @internal
   */
  protected abstract _sidecarSource(): SidecarSource;

  /** @internal */
  protected abstract get _facts(): ClusterFacts;
}

/** Whether a value is a cluster of this library, made here or elsewhere. */
export function isMemcachedCluster(value: unknown): value is IMemcachedCluster {
  return hasFacts(value) && Construct.isConstruct(value);
}
