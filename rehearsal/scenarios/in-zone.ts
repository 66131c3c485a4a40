import type { Cloud } from '../cloud/cloud';
import type { Traffic, ZoneFlow } from '../cloud/traffic';

/** Of what clients of a zone did, the shares that stayed in it. */
export interface InZone {
  /** Of what they sent: what entered by the load balancer's address in their zone. */
  readonly entered: number;
  /** Of what they sent: what went on from there to a target in their zone, so that it crossed to no other. */
  readonly forwarded: number;
  /** Of their reads: those that nodes of their zone answered, however they came there. */
  readonly read: number;
}

/** Of what was carried between two looks, with all clients in one zone. */
export function inZone(before: Traffic, after: Traffic, zone: string): InZone {
  const sent = (flows: readonly ZoneFlow[]) => sum(flows.map(({ bytes }) => bytes));
  const entered = (flows: readonly ZoneFlow[]) => flows.filter(({ from }) => from === zone);
  const forwarded = (flows: readonly ZoneFlow[]) => entered(flows).filter(({ to }) => to === zone);
  const ofSent = (some: typeof entered) =>
    after.flows
      ? share(
          ({ flows = [] }) => sent(some(flows)),
          ({ flows = [] }) => sent(flows),
        )
      : 1;
  const reads = ({ reads }: Traffic) => sum(reads.map(({ count }) => count));
  const near = ({ reads }: Traffic) => sum(reads.filter((each) => each.zone === zone).map(({ count }) => count));
  const share = (part: (of: Traffic) => number, whole: (of: Traffic) => number) =>
    Math.round((1000 * (part(after) - part(before))) / (whole(after) - whole(before) || 1)) / 1000;
  return {
    entered: ofSent(entered),
    forwarded: ofSent(forwarded),
    read: share(near, reads),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** Counts what stays in the clients' zone; nothing where clients connect to the nodes. What a proxy beside them gets has not left it. */
export class ZoneCount {
  private constructor(
    private readonly cloud: Cloud,
    private readonly before: Traffic | undefined,
    private leadEnd = before,
  ) {}

  static async begin(cloud: Cloud): Promise<ZoneCount> {
    return new ZoneCount(cloud, await cloud.traffic());
  }

  /** From now on the nodes are read by others too: the probe compares copies in every zone. */
  async endReads(): Promise<void> {
    this.leadEnd = await this.cloud.traffic();
  }

  /** Nothing where something broke: what the load balancer has counted is lost with a zone. */
  async end(broken: string | undefined): Promise<InZone | undefined> {
    const { cloud, before, leadEnd } = this;
    if (!before || !leadEnd || broken !== undefined) return undefined;
    const { flows } = (await cloud.traffic())!;
    return inZone(before, { flows, reads: leadEnd.reads }, cloud.clientSubnet.zone);
  }
}
