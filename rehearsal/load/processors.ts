import { execFileSync } from 'node:child_process';

/** What taskset says of this process: a container may have some processors only, and some may be offline. */
const affinity = (): string =>
  execFileSync('taskset', ['--cpu-list', '--pid', `${process.pid}`], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });

/** The processors that this process may run on, by their numbers. */
export function processors(said = affinity()): number[] {
  const [, list] = /list: (\S+)\s*$/.exec(said) ?? [];
  if (list === undefined) throw new Error(`taskset said ${JSON.stringify(said)}, expected a list of processors`);
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
