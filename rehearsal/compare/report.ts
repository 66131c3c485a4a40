import type { ClientResult } from '../clients/client-libraries';
import type { Capabilities } from '../clients/memccapable';
import type { Counts } from '../report/promises';
import type { ClusterFacts, ScenarioReport } from '../report/report';
import type { Release } from '../tools/releases';

/** What was counted, and the hit ratio of it. */
export interface Phase extends Counts {
  readonly hitRatio: number;
}

/** Operations per second of one proxy and, in the same run, of the nodes without it. */
export interface Throughput {
  readonly direct: number;
  readonly proxied: number;
  readonly ratio: number;
}

export interface Figures {
  /** Absent when that scenario was left out. */
  readonly healthy?: Phase;
  /** While the node is lost: from the fault until it is back in service. Absent when that scenario was left out. */
  readonly nodeLost?: Phase;
  /** Of both scenarios, from beginning to end. */
  readonly errors: number;
  readonly staleReads: number;
  /**
   * As clients see it: from the loss of the node until the last operation that failed or needed a reconnect had ended.
   * Nothing when that scenario was left out.
   */
  readonly recoverySeconds: number | null;
  /** The longest that the load, or a processor, stood still: a sign of a busy computer. */
  readonly stallMs: number;
  /** Nothing when no process stands between the clients, or the load balancer, and the nodes. */
  readonly throughput: Throughput | null;
  readonly memccapable: Capabilities;
  readonly clients: readonly ClientResult[];
  readonly scenarios: readonly ScenarioReport[];
}

/** One row: what a cluster of the assembly did. */
export interface StrategyReport extends ClusterFacts {
  readonly strategy: string;
  /** What this computer lacks to rehearse it. */
  readonly missingEngine?: string;
  /** Why it could not be run. */
  readonly failure?: string;
  readonly figures?: Figures;
}

export interface Comparison {
  /** Of every engine that ran. */
  readonly versions: Readonly<Record<string, string>>;
  /** And what the templates deploy in their place. */
  readonly releases: readonly Release[];
  readonly strategies: readonly StrategyReport[];
}
