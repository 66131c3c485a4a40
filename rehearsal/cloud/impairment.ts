import type { Host } from '../namespace/host';

/**
 * What a host may suffer without being lost: its server hangs; all of its processes stand still, as while a hypervisor
 * moves it; its link is down; nothing listens on it any more, for all that others can see.
 */
export type Impairment = 'hung' | 'paused' | 'cut' | 'refused';

export const impairments: Record<Impairment, string> = {
  hung: 'a memcached that hangs',
  paused: 'a host that stands still',
  cut: 'a link that is down',
  refused: 'a host that refuses connections',
};

/** Processes that can be stopped where they stand, all of them or those of one program. */
export interface Freezable {
  freeze(program?: string): () => void;
}

/** Gives back what ends it. What came in the meantime, such as a restarted process, is left as it is. */
export async function impair(
  how: Impairment,
  host: Host,
  processes: readonly Freezable[],
): Promise<() => Promise<void>> {
  if (how === 'cut') return host.cutLink();
  if (how === 'refused') return host.refuseAll();
  const frozen = processes.map((each) => each.freeze(how === 'hung' ? 'memcached' : undefined));
  return async () => frozen.forEach((thaw) => thaw());
}
