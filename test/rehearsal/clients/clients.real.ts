import { clientLibraries, type ClientResult } from '../../../rehearsal/clients/client-libraries';
import { memccapable } from '../../../rehearsal/clients/memccapable';
import { throughput } from '../../../rehearsal/clients/throughput';
import { type PlainNamespace, plainNamespace } from './plain-namespace';

const server = (port: number) => ({ host: '127.0.0.1', port });
const [node, otherNode, hung, proxy] = [server(11301), server(11302), server(11303), server(11304)];

const servers = `
  cat > /tmp/proxy.lua <<END
pools{ main = { backends = { "127.0.0.1:${node.port}", "127.0.0.1:${otherNode.port}" } } }
routes{ default = route_direct{ child = "main" } }
END
  start() {
    memcached -u root -p "$@" &
    until printf 'quit\\r\\n' | busybox nc 127.0.0.1 $1; do sleep 0.05; done
  }
  start ${node.port}
  start ${otherNode.port}
  start ${proxy.port} -o proxy_config=routelib,proxy_arg=/tmp/proxy.lua
  start ${hung.port}
  kill -STOP $!
  echo ready
  wait`;

let network: PlainNamespace;

beforeAll(async () => {
  network = await plainNamespace(servers);
});

afterAll(() => network.stop());

const working = (results: readonly ClientResult[]) =>
  results.filter(({ works }) => works).map(({ library, protocol }) => `${library}, ${protocol}`);

const textLibraries = ['npm memcached', 'npm memcache-client', 'pymemcache', 'pylibmc', 'php-memcached'];
const text = textLibraries.map((library) => `${library}, ascii`);
const meta = ['raw meta, meta'];
const binary = ['npm memjs', 'pylibmc', 'php-memcached'].map((library) => `${library}, binary`);

describe('a node', () => {
  test('passes every check, but that a delete of many words is refused: from 1.6.40 on it is not', async () => {
    const { passed, failed, total } = await memccapable(network.tools, node);
    expect(['delete', 'delete noreply']).toEqual(expect.arrayContaining(failed));
    expect({ passed, total }).toEqual({ passed: 27 - failed.length, total: 27 });
  });

  test('works with every library, and counts and reads several keys', async () => {
    const results = await clientLibraries(network, [node]);
    expect(working(results)).toEqual([...text, ...meta, ...binary]);
    expect(results.filter(({ why }) => why !== undefined)).toEqual([]);
  });

  test('is measured, and so are several at once', async () => {
    expect(await throughput(network.tools, [node, otherNode])).toBeGreaterThan(1000);
  });
});

test('over a list of nodes every library hashes keys but one, which takes any node', async () => {
  const results = await clientLibraries(network, [node, otherNode]);
  expect(working(results)).toEqual([...text, ...meta, ...binary].filter((each) => !each.includes('memcache-client')));
});

describe('memcached’s proxy', () => {
  test('fails the checks of what it has no route for, as often as it is asked', async () => {
    const plain = await memccapable(network.tools, node);
    const first = await memccapable(network.tools, proxy);
    expect(first.failed).toEqual(expect.arrayContaining(['verbosity', 'flush', ...plain.failed]));
    // Before 1.6.40 nodes refuse a `delete … noreply` that comes through it.
    expect(first.failed.length - plain.failed.length).toBeLessThanOrEqual(4);
    expect(first).toMatchObject({ passed: 27 - first.failed.length, total: 27 });
    expect(await memccapable(network.tools, proxy)).toEqual(first);
  });

  test('works with the text and the meta protocol, and not with the binary one', async () => {
    const results = await clientLibraries(network, [proxy]);
    expect(working(results)).toEqual([...text, ...meta]);
    for (const { works, why } of results) if (!works) expect(why).toMatch(/^set: ./);
  });
});

test('with a server that accepts and never answers everything fails, in time', async () => {
  const timed = async <T>(work: Promise<T>) => {
    const start = Date.now();
    return { result: await work, seconds: (Date.now() - start) / 1000 };
  };
  const [checks, clients, speed] = await Promise.all([
    timed(memccapable(network.tools, hung)),
    timed(clientLibraries(network, [hung])),
    timed(throughput(network.tools, [hung]).catch((error) => error.message)),
  ]);
  expect(checks.result).toMatchObject({ passed: 0, total: 27 });
  expect(checks.seconds).toBeLessThan(10);
  expect(working(clients.result)).toEqual([]);
  expect(clients.seconds).toBeLessThan(12);
  expect(speed.result).toContain('memcaslap could read nothing at 127.0.0.1:11303');
});
