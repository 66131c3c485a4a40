import { inParallel } from '../../lib/contract/in-parallel';
import { runIn, type Server, type Spawner } from './run-in';

export interface Capabilities {
  readonly passed: number;
  readonly total: number;
  /** The names of the checks that failed. */
  readonly failed: string[];
}

const withNoreply = (command: string) => [command, `${command} noreply`];

/** libmemcached's checks of the text protocol, in its order. */
const checks = [
  ...['version', 'quit', 'verbosity', ...withNoreply('set'), 'get', 'gets', 'mget', ...withNoreply('flush')],
  ...['add', 'replace', 'cas', 'delete', 'incr', 'decr', 'append', 'prepend'].flatMap(withNoreply),
  'stat',
];

/**
 * These run by themselves: a flush would empty the cache under the others, and replicas agree on the number that `cas`
 * compares only if each saw every write in the same order.
 */
const alone = ['flush', 'flush noreply', 'cas'];

/** Keys that must not be there before their check, which leaves them behind. */
const leftovers = ['test_ascii_add', 'test_ascii_replace'];

/**
 * Runs libmemcached's memccapable against a server, which it empties if it can. Each check has a process and a
 * connection of its own, because one that fails can take the rest with it. A check that waits a second for an answer has
 * failed, so the whole takes less than ten, whatever the server does.
 */
export async function memccapable(host: Spawner, server: Server): Promise<Capabilities> {
  await runIn(host, ['memcrm', `--servers=${server.host}:${server.port}`, ...leftovers], { withinSeconds: 1 });
  const passed = new Set<string>();
  const run = async (check: string) => {
    if (await passes(host, server, check)) passed.add(check);
  };
  for (const check of alone) await run(check);
  const others = checks.filter((check) => !alone.includes(check));
  await inParallel(Math.ceil(others.length / 2), others, run);

  const failed = checks.filter((check) => !passed.has(check));
  return { passed: passed.size, total: checks.length, failed };
}

async function passes(host: Spawner, server: Server, check: string): Promise<boolean> {
  const argv = ['memccapable', '-h', server.host, '-p', String(server.port), '-a', '-t', '1'];
  // What `quit` may answer depends on the version, which the tool learns in the check before: it is made to ask (-P)
  // before each, told to go on with the first two, and to end.
  const [how, input] = check === 'quit' ? [['-P'], '\n\nquit\n'] : [['-T', `ascii ${check}`], ''];
  const { stdout } = await runIn(host, [...argv, ...how], { withinSeconds: 2, input });
  return new RegExp(`ascii ${check} +\\[pass\\]`).test(stdout);
}
