import type { Figure } from './figures';
import type { Outage } from './outage';
import type { Latency } from './latency';
import type { PathName } from './rows';

/** One round of a path: what was done, and what the proxy used of the CPU for it. */
export interface ThroughputRound {
  readonly perSecond: number;
  readonly cpuMicroseconds?: number;
}

/** A row with every round of each path, in the order in which they ran. */
export interface ThroughputResult {
  readonly row: string;
  readonly rounds: Partial<Record<PathName, readonly ThroughputRound[]>>;
}

export interface LatencyResult {
  readonly row: string;
  readonly rounds: Partial<Record<PathName, readonly Latency[]>>;
}

/** Of one number of nodes: milliseconds of CPU, imports apart, a round each. */
export interface SynthesisResult {
  readonly nodes: number;
  readonly resources: number;
  readonly validated: boolean;
  readonly library: readonly number[];
  readonly bare: readonly number[];

  /** Of `app.synth()` alone: the library's, and that of L1 resources that refer to each other. */
  readonly librarySynth: readonly number[];
  readonly includedSynth: readonly number[];
}

export interface Synthesis {
  /** Milliseconds of CPU: what importing the library adds to importing the core library. */
  readonly imports: { readonly core: readonly number[]; readonly library: readonly number[] };
  readonly rows: readonly SynthesisResult[];
}

/** A promise of the bench: met or not, or not measured in this run. */
export interface Goal {
  readonly goal: string;
  readonly bound: string;
  readonly measured: string;
  readonly met?: boolean;
}

export interface BenchReport {
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly throughput: readonly ThroughputResult[];
  readonly latency: readonly LatencyResult[];
  readonly outage: readonly Outage[];
  readonly synthesis?: Synthesis;
  readonly goals: readonly Goal[];
}

/** What was measured, without what is concluded. */
export type Measured = Omit<BenchReport, 'goals'>;

export type { Figure, Latency, Outage };
