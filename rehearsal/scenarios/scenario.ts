import type { ClusterPlan } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';
import type { ExpectedAlarms } from './expected-alarms';

/** Something that goes wrong, and what AWS does about it. */
export interface Scenario {
  readonly name: string;

  /** What it takes that the cluster does not have, such as proxies; nothing when it can run. */
  lacks?(plan: ClusterPlan): string | undefined;

  /** The nodes whose memory it costs. */
  lostNodes(cloud: Cloud): string[];

  /** Breaks it. Says what was broken; nothing when nothing is. */
  strike(cloud: Cloud): Promise<string | undefined>;

  /** Lets AWS begin to repair it, where that does not begin with the fault; or ends a fault that nothing repairs. */
  restore?(cloud: Cloud): void | Promise<void>;

  /** How long it lasts until then, where it is not as long as what lost power stays dark. */
  readonly lastsMs?: number;

  /**
   * Of a fault that a node comes back from with what it held: how long stale reads are looked for after its return. While
   * it lasts a few keys are overwritten often, and of these half are left as they are afterwards.
   */
  readonly watchedMs?: number;

  /** Of two faults in a row. While it lasts a few keys are read often, and half of them are left as they are. */
  readonly second?: SecondFault;

  /** It leaves the load balancer sending to what is dead, which costs a client several attempts: see docs/connecting.md. */
  readonly patient?: true;

  /** Clients are without the cache until it is back, and nothing can spare them that: what fails afterwards counts. */
  readonly interrupts?: boolean;

  /** Runs only when it is asked for. */
  readonly byNameOnly?: boolean;

  /** Of a fault that lasts until alarms fire: those that have to. Others last for seconds. */
  expectedAlarms?(plan: ClusterPlan): ExpectedAlarms;
}

/** What breaks after what was lost first is back and has been read from. */
export interface SecondFault {
  /** Whether what was read from it may be expected to be in it. */
  isDue(cloud: Cloud, keys: readonly string[]): Promise<boolean>;

  /** It comes then or, after the first has returned, so late. */
  readonly withinMs: number;

  /** Breaks it, and says what was broken. */
  strike(cloud: Cloud): Promise<string>;
}
