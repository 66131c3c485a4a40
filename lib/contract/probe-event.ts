import { CacheMetricDetail } from './metric-detail';
import type { ProxyStatisticsEngine } from './proxy-statistics';

/** What the schedule hands to the probe: whom to ask, and how much of it to publish. */
export interface ProbeEvent {
  /** The value of the dimension `Cluster`. */
  readonly cluster: string;

  /** The finest metrics that are published. */
  readonly detail: Detail;

  /** Whether the latency by what became of the requests is published. */
  readonly latencyByOutcome?: boolean;

  readonly nodes: readonly ProbedNode[];

  /** Whether every zone is to hold the same: then the copies of a sample of keys are compared. */
  readonly copies?: boolean;

  /** Absent where no process stands between clients and nodes. */
  readonly proxies?: ProbedProxies;

  /** What the canary goes through; absent where clients connect to the nodes. */
  readonly endpoint?: ProbedEndpoint;
}

/** Each is finer than the one before. */
export const DETAILS: readonly Detail[] = Object.values(CacheMetricDetail);

export type Detail = `${CacheMetricDetail}`;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the canary connects to. */
export interface ProbedEndpoint extends Address {
  /** How it speaks TLS; absent where it does not. */
  readonly tls?: ProbedTls;
}

export interface ProbedTls {
  /** Whom the certificate has to be for. */
  readonly name: string;

  /** Certificates in PEM of authorities that are trusted besides the public ones. */
  readonly authorities?: string;
}

export interface ProbedNode extends Address {
  /** Such as `a1`. */
  readonly name: string;

  /** The zone's letter. */
  readonly zone: string;
}

/** The proxies: the host is a name that has an address for each. */
export interface ProbedProxies extends Address {
  /** How they are asked for their statistics; absent where they are only connected to. */
  readonly statistics?: ProxyStatistics;
}

export interface ProxyStatistics {
  readonly engine: `${ProxyStatisticsEngine}`;
  readonly port: number;
}
