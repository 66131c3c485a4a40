import { CacheTopology, Routing } from '../../lib';
import { commandOf, PRELUDE, run } from '../real-cluster';

const command = commandOf(
  { topology: CacheTopology.sharded(), routing: Routing.clientSide({ autoDiscovery: true }) },
  'Discovery',
);

/** Shell in which the process that tells the nodes runs. */
const discovery = (act: string, text = command): string => `
  ${PRELUDE}
  say() { printf '%b' "$1" | timeout 5 nc 127.0.0.1 11211; }
  sh -c '${text.replace(/'/g, `'\\''`)}' >&2 & server=$!
  answers 0.1 11211
  ${act}
  kill $server`;

const nodes = [1, 2, 3].map((i) => `127.0.1.${i}|127.0.1.${i}|11212`).join(' ');

test.each([
  ['config get cluster', 'config get cluster\\r\\n', 'CONFIG cluster'],
  ['config get cluster, as libmemcached asks', 'config get cluster \\r\\n', 'CONFIG cluster'],
  ['the older form', 'get AmazonElastiCache:cluster\\r\\n', 'VALUE AmazonElastiCache:cluster'],
])('%s is answered with the nodes, byte by byte', async (_, request, head) => {
  const said = await run(discovery(`say '${request}quit\\r\\n'`));
  const [, length, list] = new RegExp(`^${head} 0 (\\d+)\\r\\n([^]*)\\r\\nEND\\r\\n$`).exec(said)!;
  const [version, servers, rest] = list.split('\n');
  expect(Number(length)).toBe(list.length);
  expect(Math.abs(Number(version) - Date.now() / 1000)).toBeLessThan(120);
  expect([servers, rest]).toEqual([nodes, '']);
});

test('what clients ask besides is answered, on one connection, and anything else is an error', async () => {
  const said = await run(discovery(`say 'version\\r\\nstats\\r\\nget key\\r\\nversion\\nquit\\r\\n'`));
  expect(said).toMatch(/^VERSION [\d.]+\r\nSTAT version [\d.]+\r\nEND\r\nERROR\r\nVERSION [\d.]+\r\n$/);
});

describe('connections that are closed without a word, as health checks are', () => {
  const closed = `for i in $(seq 40); do timeout 1 nc 127.0.0.1 11211 < /dev/null > /dev/null & pids="$pids $!"; done; wait $pids
    for attempt in $(seq 30); do
      left=$(awk '$2 ~ /:2BCB$/ && $4 == "08"' /proc/net/tcp | wc -l)
      [ $left = 0 ] && break; sleep 0.1
    done
    echo $left`;

  test('are not kept', async () => {
    expect(await run(discovery(closed))).toBe('0\n');
  });

  test('are kept without the lines that are there for them', async () => {
    const bare = command
      .replace(/ {2}(tcp-request inspect-delay|timeout server-fin).*\n/g, '')
      .replace(' if { req.len gt 0 }', '');
    expect(Number(await run(discovery(closed, bare)))).toBeGreaterThan(0);
  });
});
