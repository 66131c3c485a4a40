import { readFileSync, readdirSync } from 'node:fs';

/** The processes that a process has started, itself left out. */
export function childrenOf(pid: number): number[] {
  const children: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The command's name may hold spaces and brackets: the parent is the second field after the last bracket.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) children.push(Number(name));
    } catch {
      // it ended while we looked
    }
  }
  return children;
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
