import { readFileSync, readdirSync } from 'node:fs';

/** The processes that a process has started, itself left out. */
export const childrenOf = (pid: number): number[] =>
  [...parentsOfAll()].filter(([, parent]) => parent === pid).map(([child]) => child);

/** Of every process that which started it. */
function parentsOfAll(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command's name may hold spaces and brackets: the parent is the second field after the last bracket.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // it ended while we looked
    }
  }
  return parents;
}

/** The first process of the innermost pid namespace that a chain of wrappers (nsenter, unshare) has made. */
export function namespaceInit(wrapper: number): number | undefined {
  const isInit = (pid: number) => {
    try {
      const pids = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return pids?.split(/\s+/).at(-1) === '1';
    } catch {
      return false;
    }
  };
  for (const child of childrenOf(wrapper)) {
    if (isInit(child)) return child;
    const deeper = namespaceInit(child);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A process and all that came from it. */
export function familyOf(pid: number): number[] {
  const parents = parentsOfAll();
  const found = [pid];
  for (const each of found) for (const [child, parent] of parents) if (parent === each) found.push(child);
  return found;
}

/** The name of a process's program, as the kernel knows it; nothing when it has ended. */
export function programOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}
