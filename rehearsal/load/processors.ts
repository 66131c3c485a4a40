import { readFileSync } from 'node:fs';

/** The processors that this process may run on, by their numbers: a container may have some of them only. */
export function processors(status = readFileSync('/proc/self/status', 'utf8')): number[] {
  const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  if (list === undefined)
    throw new Error(`/proc/self/status names no processors, expected Cpus_allowed_list: ${status}`);
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
