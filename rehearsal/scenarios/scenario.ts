import type { ClusterPlan } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';

/** Something that goes wrong, and what AWS does about it. */
export interface Scenario {
  readonly name: string;

  /** Whether the cluster has what is to break; every cluster has when absent. */
  appliesTo?(plan: ClusterPlan): boolean;

  /** The nodes whose memory it costs. */
  lostNodes(cloud: Cloud): string[];

  /** Breaks it. Says what was broken; nothing when nothing is. */
  strike(cloud: Cloud): Promise<string | undefined>;

  /** Lets AWS begin to mend it, where that does not begin with the fault. */
  restore?(cloud: Cloud): void;

  /** Of a fault that lasts until the alarms have told of it: the names of those that do. Others last for seconds. */
  readonly toldBy?: RegExp;
}
