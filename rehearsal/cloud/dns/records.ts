import type { Affinity } from '../../assembly/plan';

/** An address of a name. */
export interface DnsRecord {
  readonly name: string;
  readonly address: string;
  /** Seconds. */
  readonly ttl: number;
  /** Of the load balancer: the zone of the address, and to whom it is given. */
  readonly zonal?: { readonly zone: string; readonly affinity: Affinity };
}

/** The share of the questions that partial affinity answers with the asker's own zone: AWS's figure. */
const partialShare = 0.85;

/**
 * What the resolver of the VPC answers to somebody in a zone: every address of the name, unless it is to be the one of the
 * asker's zone. Without an address there the others have to do.
 */
export function answerTo(
  records: readonly DnsRecord[],
  name: string,
  zone: string | undefined,
  random: () => number,
): readonly DnsRecord[] {
  const all = records.filter((record) => record.name.toLowerCase() === name.toLowerCase());
  const near = all.filter(({ zonal }) => zonal !== undefined && zonal.zone === zone);
  const affinity = all[0]?.zonal?.affinity ?? 'any';
  const keepsZone = affinity === 'zone' || (affinity === 'partial' && random() < partialShare);
  return keepsZone && near.length > 0 ? near : shuffled(all, random);
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}
