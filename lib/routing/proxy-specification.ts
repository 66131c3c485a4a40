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
   * @default - the process publishes none
   */
  readonly statistics?: ProxyStatistics;

  /**
   * The nodes that a read is sent to.
   *
   * @default ReadRouting.KEY
   */
  readonly reads?: ReadRouting;

  /**
   * The TCP port on which Prometheus finds the metrics of the process, at `/metrics`.
   *
   * @default - the process has none
   */
  readonly metricsPort?: number;
}

/** Where a proxy runs, and the CPU and memory that it has there. */
export interface ProxyHost {
  /** Whether the proxy serves only its own task or host. It then listens on 127.0.0.1, otherwise on every address. */
  readonly loopback: boolean;

  /** The CPU units, 1024 for a vCPU. */
  readonly cpu: number;

  /** The memory limit in MiB. */
  readonly memoryLimitMiB: number;
}

/** Specifies the process of a proxy, in a tier or beside an application. `ProxyRouting` implements it. */
export interface IProxyEngine {
  /**
   * Specifies the process of a proxy for these nodes.
   *
   * @param scope the construct that the proxy is created in, for warnings and errors
   * @param context the settings that the cluster gives to its proxies
   * @param nodes the nodes, in the order of the pool
   * @param host where the proxy runs
   */
  specifyProxy(scope: Construct, context: ProxyContext, nodes: IMemcachedNode[], host: ProxyHost): ProxySpecification;
}
