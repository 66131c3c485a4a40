import type { Container } from '../namespace/container';
import type { Host } from '../namespace/host';

/**
 * What a host may suffer without being lost: its memcached hangs; all of its processes stand still, as while a
 * hypervisor moves it; its link is down.
 */
export type Impairment = 'hung' | 'paused' | 'cut';

export const impairments: Record<Impairment, string> = {
  hung: 'a memcached that hangs',
  paused: 'a host that stands still',
  cut: 'a link that is down',
};

/** Gives back what ends it. What came in the meantime, such as a restarted process, is left as it is. */
export async function impair(
  how: Impairment,
  host: Host,
  containers: readonly Container[],
): Promise<() => Promise<void>> {
  if (how === 'cut') return host.cutLink();
  const frozen = containers.map((container) => container.freeze(how === 'hung' ? 'memcached' : undefined));
  return async () => frozen.forEach((thaw) => thaw());
}
