import type { Firing } from '../alarms/monitor';
import type { ClusterFacts } from '../report/report';
import type { Counts } from '../report/promises';

/** Something that a cell promises. `limit` says why not, where it is known that it cannot be kept. */
export interface ChaosPromise {
  readonly id: 'errors' | 'stale' | 'hits' | 'normal';
  readonly bound: number;
  readonly measured: number;
  readonly kept: boolean;
  readonly limit?: string;
}

/** What became of a cell. */
export interface CellReport extends Counts {
  readonly cell: string;
  readonly target: string;
  readonly fault: string;
  /** Such as `node a1`. */
  readonly broken: string;
  /** Operations that failed after one reconnect, or after twenty where proxies are struck, by client library. */
  readonly errorsBy: Readonly<Record<string, number>>;
  readonly errorMessages: readonly string[];
  /** The share of the reads of stored keys that hit while it lasted. */
  readonly hitRatio: number;
  /** The share of the keys that the lost nodes held, in a sharded cluster. */
  readonly lostShare: number;
  readonly staleDuring: number;
  readonly staleAfter: number;
  /** Of all keys that had been stored, how many are found no more at the end. */
  readonly lostKeys: number;
  readonly keys: number;
  /** From the fault until the last operation that failed or needed a reconnect had ended. */
  readonly normalSeconds: number;
  /** From the fault until every host was in service again. */
  readonly serviceSeconds: number;
  /** Those that fire when it lasts, and after how many minutes. */
  readonly alarms: readonly Firing[];
  /** Whether it lasted for long enough to tell. */
  readonly alarmsSeen: boolean;
  readonly stallMs: number;
  readonly promises: readonly ChaosPromise[];
}

export interface ChaosCluster extends ClusterFacts {
  readonly compute: 'EC2' | 'Fargate';
  readonly cells: readonly CellReport[];
}

export interface Matrix {
  readonly versions: Readonly<Record<string, string>>;
  readonly clusters: readonly ChaosCluster[];
}
