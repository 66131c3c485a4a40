import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serversOf } from '../../../rehearsal/assembly/endpoint';
import { runIn } from '../../../rehearsal/clients/run-in';
import type { Cloud } from '../../../rehearsal/cloud/cloud';
import type { Host } from '../../../rehearsal/namespace/host';
import { Connection } from './stage';

const PROCESSES = 4;
const MISSING = 'missing';
/** Stored, and to be renewed. */
const DUE = 'due';

/** Each reads a script from its standard input. */
export const NODE = ['sh', '-c', `cd '${process.cwd()}' && exec ${process.execPath} --input-type=module -`];
export const PYTHON = ['python3', '-'];
export const PHP = [
  'php.default',
  ...['igbinary', 'msgpack', 'memcached'].flatMap((name) => ['-d', `extension=${name}`]),
  '--',
];

interface Language {
  readonly argv: readonly string[];
  /** Follows the page's code: prints each load, and then the values of both keys. */
  readonly main: string;
}

const languages: Record<string, Language> = {
  js: {
    argv: NODE,
    main: `
      await sleep(Math.max(0, process.env.START - Date.now()));
      for (const key of process.env.KEYS.split(',')) {
        const value = await cached(key, async () => {
          console.log('loads', key);
          await sleep(300);
          return 'new';
        });
        console.log('got', key, value);
      }
      process.exit();`,
  },
  python: {
    argv: PYTHON,
    main: `
def load():
    print("loads", key, flush=True)
    time.sleep(0.3)
    return "new"
time.sleep(max(0, int(os.environ["START"]) / 1000 - time.time()))
for key in os.environ["KEYS"].split(","):
    print("got", key, cached(key, load))
`,
  },
  php: {
    argv: PHP,
    main: `
      usleep(max(0, 1000 * (int) (getenv('START') - microtime(true) * 1000)));
      foreach (explode(',', getenv('KEYS')) as $key) {
          $value = cached($key, function () use ($key) { echo "loads $key\\n"; usleep(300000); return 'new'; });
          echo "got $key $value\\n";
      }`,
  },
};

/** The first code of a page under a heading. */
export function codeUnder(page: string, heading: string): string {
  const text = readFileSync(join(process.cwd(), page), 'utf8');
  const [, section] = text.split(new RegExp(`^#+ ${heading.replaceAll('.', '\\.')}$`, 'm'));
  const code = /^```\w+\n([^]*?)^```/m.exec(section ?? '')?.[1];
  if (code === undefined) throw new Error(`${page} has no code under "${heading}"`);
  return code;
}

/** What several processes of each language did with the code of docs/application.md and keys of their own, from a time on. */
export async function tryPage(
  cloud: Cloud,
  tools: Host,
  { keys: prefix, start = 0 }: { keys: string; start?: number },
): Promise<Record<string, unknown>> {
  const page = readFileSync(join(process.cwd(), 'docs/application.md'), 'utf8');
  const [server] = serversOf(cloud.plan.endpoint);
  const [proxy] = cloud.proxyServers();
  const tried = Object.entries(languages).map(async ([language, { argv, main }]) => {
    const keys = [MISSING, DUE].map((key) => `${prefix}-${language}-${key}`);
    const asked = await Connection.to(proxy!.host, proxy!.port);
    const old = JSON.stringify({ value: 'old', renewAt: 0 });
    await asked.ask(`set ${keys[1]} 0 0 ${old.length}\r\n${old}`);
    const code = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(page)![1]!;
    const input = `${language === 'php' ? '<?php ' : ''}${code}${main}`;
    const environment = [`MEMCACHED=${server!.host}:${server!.port}`, `KEYS=${keys.join()}`, `START=${start}`];
    const host = language === 'js' ? cloud.clientHost : tools;
    const runs = await Promise.all(
      Array.from({ length: PROCESSES }, () =>
        runIn(host, ['env', ...environment, ...argv], { withinSeconds: 20, input }),
      ),
    );
    const said = runs.flatMap(({ stdout }) => stdout.trim().split('\n')).map((line) => line.split(' '));
    const of = (key: string, what: string) => said.filter((words) => words[0] === what && words[1] === key);
    const [, seconds] = / t(\d+)/.exec(await asked.ask(`mg ${keys[0]} t`)) ?? [];
    const [missing, due] = keys.map((key) => ({
      loads: of(key, 'loads').length,
      values: of(key, 'got').map((words) => words[2]),
    }));
    return [
      language,
      { missing, due, seconds: Number(seconds), errors: runs.map(({ stderr }) => stderr).join('') },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(tried));
}
