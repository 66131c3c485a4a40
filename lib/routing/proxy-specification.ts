import type { Construct } from 'constructs';
import type { ContainerSpecification } from '../containers/specification';
import type { ProxyContext } from '../context/proxy-context';
import type { ProxyStatistics } from '../contract/proxy-statistics';
import type { IMemcachedNode } from '../interfaces/memcached-node';
import type { ReadRouting } from '../metrics/read-routing';

/** The process of a proxy. */
export interface ProxySpecification extends ContainerSpecification {
  /**
   * How the process publishes its statistics.
   *
   * @default - it publishes none
   */
  readonly statistics?: ProxyStatistics;

  /**
   * The nodes that a read is asked of.
   *
   * @default ReadRouting.KEY
   */
  readonly reads?: ReadRouting;

  /**
   * The TCP port on which Prometheus finds the metrics of the process, at `/metrics`.
   *
   * @default - it has none
   */
  readonly metricsPort?: number;
}

/** Where a proxy runs, and what it has there. */
export interface ProxyHost {
  /** Whether it serves its own task or host alone. It then listens on 127.0.0.1, else on every address. */
  readonly loopback: boolean;

  /** The CPU units, 1024 for a vCPU. */
  readonly cpu: number;

  /** The memory limit in MiB. */
  readonly memoryLimitMiB: number;
}

/** What says what the process of a proxy is, in a tier or beside an application. `ProxyRouting` is one. */
export interface IProxyEngine {
  /**
   * The process of a proxy before these nodes.
   *
   * @param scope the construct that it is made in, for warnings and errors
   * @param context what the cluster tells its proxies
   * @param nodes the nodes, in the order of the pool
   * @param host where the proxy runs
   */
  specifyProxy(scope: Construct, context: ProxyContext, nodes: IMemcachedNode[], host: ProxyHost): ProxySpecification;
}
