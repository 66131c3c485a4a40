import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inParallel } from '../../lib/contract/in-parallel';
import { runIn, type Server, type Spawner } from './run-in';

/** Where client libraries run: Debian's in the root filesystem, npm's where this computer's node is. */
export interface ClientHosts {
  readonly tools: Spawner;
  readonly node: Spawner;
}

export interface ClientResult {
  readonly library: string;
  readonly protocol: 'ascii' | 'meta' | 'binary';
  /** Whether it could set, get and delete. */
  readonly works: boolean;
  /** Which of these failed and how, or else which of reading several keys at once and counting. */
  readonly why?: string;
}

const needed = ['set', 'get', 'delete'];
const extras = ['get-multi', 'incr'];

const tries: readonly (Pick<ClientResult, 'library' | 'protocol'> & { program: Program })[] = [
  { library: 'npm memcached', protocol: 'ascii', program: npm('memcached') },
  { library: 'npm memcache-client', protocol: 'ascii', program: npm('memcache-client') },
  { library: 'pymemcache', protocol: 'ascii', program: python('pymemcache', 'ascii') },
  { library: 'pylibmc', protocol: 'ascii', program: python('pylibmc', 'ascii') },
  { library: 'php-memcached', protocol: 'ascii', program: php('ascii') },
  { library: 'raw meta', protocol: 'meta', program: npm('raw meta') },
  { library: 'npm memjs', protocol: 'binary', program: npm('memjs') },
  { library: 'pylibmc', protocol: 'binary', program: python('pylibmc', 'binary') },
  { library: 'php-memcached', protocol: 'binary', program: php('binary') },
];

/**
 * Tries each client library on one server, or on a list over which it hashes the keys itself. Takes less than twelve
 * seconds, whatever the servers do.
 */
export async function clientLibraries(hosts: ClientHosts, servers: readonly Server[]): Promise<ClientResult[]> {
  const addresses = servers.map(({ host, port }) => `${host}:${port}`);
  const results = new Map<object, ClientResult>();
  await inParallel(5, tries, async (each) => {
    const { host, argv, input } = each.program(hosts);
    const { stdout, stderr } = await runIn(host, [...argv, ...addresses], { withinSeconds: 5, input });
    results.set(each, { library: each.library, protocol: each.protocol, ...judge(stdout, stderr) });
  });
  return tries.map((each) => results.get(each)!);
}

function judge(stdout: string, stderr: string): Pick<ClientResult, 'works' | 'why'> {
  const failed = (step: string) => {
    const said = new RegExp(`^${step}: (.*)$`, 'm').exec(stdout)?.[1];
    return said === 'ok' ? undefined : `${step}: ${said ?? (stderr.trim().split('\n').at(-1) || 'no answer')}`;
  };
  const cannot = needed.map(failed).find((why) => why !== undefined);
  if (cannot !== undefined) return { works: false, why: cannot };
  const lacks = extras.map(failed).filter((why) => why !== undefined);
  return lacks.length > 0 ? { works: true, why: `no ${lacks.join(', no ')}` } : { works: true };
}

/** A program, to which the servers are added as arguments. */
type Program = (hosts: ClientHosts) => { host: Spawner; argv: string[]; input?: string };

function npm(library: string): Program {
  return ({ node }) => ({ host: node, argv: [process.execPath, npmClient(), library] });
}

/** Beside this program where it is bundled, else where the build puts it. */
function npmClient(): string {
  const places = [__dirname, join(__dirname, '../dist')].map((folder) => join(folder, 'npm-client.js'));
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error('the rehearsal is not built, expected rehearsal/dist/npm-client.js: npm run build');
  return found;
}

/** The root filesystem does not show this computer's files, so scripts go in by their standard input. */
const input = (script: string): string => readFileSync(join(__dirname, script), 'utf8');

function python(library: string, protocol: string): Program {
  return ({ tools }) => ({
    host: tools,
    argv: ['python3', '-', library, protocol],
    input: input('python-client.py'),
  });
}

function php(protocol: string): Program {
  const extensions = ['igbinary', 'msgpack', 'memcached'].flatMap((name) => ['-d', `extension=${name}`]);
  return ({ tools }) => ({
    host: tools,
    argv: ['php.default', ...extensions, '--', protocol],
    input: input('php-client.php'),
  });
}
