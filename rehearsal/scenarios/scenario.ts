import type { Cloud } from '../cloud/cloud';

/** Something that goes wrong, and what AWS does about it. */
export interface Scenario {
  readonly name: string;

  /** The nodes whose memory it costs. */
  lostNodes(cloud: Cloud): string[];

  /** Breaks it, and lets AWS begin to mend it. Says what was broken; nothing when nothing is. */
  strike(cloud: Cloud): Promise<string | undefined>;
}
