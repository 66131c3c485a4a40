import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Linux counts the time of processes in hundredths of a second for who reads it, whatever its own clock is. */
const tickMs = 10;

/** Milliseconds of CPU, kernel included, that all processes of a host have used; `pid` is one of them. */
export function cpuMs(pid: number): number {
  const network = readlinkSync(`/proc/${pid}/ns/net`);
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readlinkSync(`/proc/${name}/ns/net`) === network)
        ticks += ticksOf(readFileSync(`/proc/${name}/stat`, 'utf8'));
    } catch {
      // it ended while we looked
    }
  }
  return ticks * tickMs;
}

/** utime, stime, and those of children that have ended. The name before them may hold spaces and brackets. */
export const ticksOf = (stat: string): number =>
  stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .reduce((sum, field) => sum + Number(field), 0);
