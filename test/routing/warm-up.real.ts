import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CacheTopology, Routing, WriteAcknowledgement } from '../../lib';
import { quote } from '../../lib/contract/quote';
import { cluster, commandOf, NODE_PORT, run } from '../real-cluster';

/** Keys in each test. */
const COUNT = 300;

/**
 * Functions: ask a node itself, put a value into all keys, read them, delete them at a node, count what a node holds and what the
 * proxy counts, and read until node 1, whose zone the proxy is in, holds so many.
 */
const TOOLS = `
  own() { printf "$2\\r\\nquit\\r\\n" | timeout 2 nc 127.0.1.$1 ${NODE_PORT} | tr -d '\\r'; }
  each() { for i in $(seq ${COUNT}); do printf "$1\\r\\n" $i; done; }
  each 'set k%s 7 1000 3\\r\\nold' > /tmp/put; each 'get k%s' > /tmp/get; each 'delete k%s' > /tmp/delete
  each 'set k%s 0 0 3\\r\\nnew' > /tmp/new
  via() { { cat /tmp/$1; printf 'mn\\r\\n'; } | timeout 9 nc 127.0.0.1 11211 | sed '/^MN/q' | grep -c "$2"; }
  put() { via put STORED; }
  got() { via get ^VALUE; }
  at() { { cat /tmp/$2; printf 'quit\\r\\n'; } | nc 127.0.1.$1 ${NODE_PORT} | grep -c "$3"; }
  held() { at $1 get "^\${2:-old}"; }
  count() { printf 'stats proxy\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | tr -d '\\r' | awk '$2 == "user_'$1'" { print $3 }'; }
  until_holds() { for i in $(seq 30); do got > /dev/null; [ $(held 1) = $1 ] && break; sleep 0.1; done; held 1; }`;

describe('a node that came back empty', () => {
  const act = `${TOOLS}; put; kill -9 $node1; wait $node1; node 1; sleep 6; held 1; got; until_holds ${COUNT}
    sleep 3; held 1; own 1 'mg k1 f' ; own 1 'mg k1 t' | sed 's/t9[5-9][0-9]/soon/'; own 3 'stats' | grep ' cmd_get '`;

  test.concurrent('is filled by reads, with flags and the time that is left', async () => {
    const said = `${COUNT}\n0\n${COUNT}\n${COUNT}\n${COUNT}\nHD f7\nHD soon\nSTAT cmd_get 0\n`;
    expect(await run(cluster({}, act))).toBe(said);
  });

  test.concurrent('without the warm-up, it stays empty', async () => {
    const without = cluster({}, act).replace('want(from, child, r, res)', '');
    expect(await run(without)).toContain(`${COUNT}\n0\n${COUNT}\n0\n0\n`);
  });
});

describe('which reads fill their zone', () => {
  /**
   * The proxy is in zone b. Only the node of zone c holds anything. On a busy machine a read may come again before the first one
   * is counted, so what is said is whether any read has filled the zone.
   */
  const after = (held: string, reads: string): string => `${TOOLS}; { ${held}; } > /dev/null
    for i in $(seq 8); do { ${reads}; } > /dev/null; sleep 0.2; [ $(count warm_ups) = 0 ] || break; done
    own 2 'mg k v'; count warm_ups | sed 's/^[1-9].*/filled/'`;
  const there = `own 3 'ms k 2 T1000\\r\\nab'`;

  test.concurrent.each<[string, string, string, string]>([
    ['get', there, `ask 'get k'`, 'VA 2\nab\nfilled\n'],
    ['mg without a value', there, `ask 'mg k'`, 'VA 2\nab\nfilled\n'],
    ['a key in base64', `own 3 'ms AAA= 2 b\\r\\nab'`, `ask 'mg AAA= b v'`, 'EN\nfilled\n'],
    ['gat', there, `ask 'gat 500 k'`, 'VA 2\nab\nfilled\n'],
    ['no read that missed everywhere', ':', `ask 'get k'`, 'EN\n0\n'],
    ['no read that asks for an id', there, `ask 'gets k'; ask 'mg k c'`, 'EN\n0\n'],
  ])('%s', async (_, held, reads, said) => {
    expect(await run(cluster({}, after(held, reads), 2))).toBe(said);
  });

  test.concurrent('none of a value that is to be renewed, and the right to renew it stays for another', async () => {
    const act = `${after(`${there}; own 3 'md k I'`, `ask 'get k'`)}; own 3 'mg k'`;
    expect(await run(cluster({}, act, 2))).toBe('EN\n0\nHD X W\n');
    const without = cluster({}, act, 2).replace('return job.won and', 'return false and');
    expect(await run(without)).toBe('EN\n0\nHD Z X\n');
  });

  test.concurrent('none in a sharded cluster', async () => {
    const act = `${TOOLS}; put; at 1 delete DELETED > /dev/null; got > /dev/null; sleep 1; count warm_ups`;
    expect(await run(cluster({ topology: CacheTopology.sharded() }, act))).toBe(`${COUNT}\n0\n`);
  });
});

test('a worker fills no more than so many in a tick', async () => {
  const act = `${TOOLS}; put; at 1 delete DELETED
    end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do got > /dev/null; done; count warm_ups`;
  const one = (await run(cluster({}, act).replace('FILL_BYTES = 32,', 'FILL_BYTES = 1,'))).trim().split('\n');
  expect(Number(one[2])).toBeGreaterThan(5);
  expect(Number(one[2])).toBeLessThan(100); // twenty ticks a second
  const few = (await run(cluster({}, act).replace('FILLS, FILL_BYTES = 32, 262144', 'FILLS, FILL_BYTES = 32, 4')))
    .trim()
    .split('\n');
  expect(Number(few[2])).toBeLessThan(100);
  expect(await run(cluster({}, act))).toBe(`${COUNT}\n${COUNT}\n${COUNT}\n`);
});

describe('a delete by another proxy, at the same time', () => {
  const everywhere = {
    routing: Routing.memcachedProxy({ writeAcknowledgement: WriteAcknowledgement.ALL_ZONES }),
  };
  /** A proxy in zone c. */
  const second = `mkdir /tmp/two
    (while :; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\n{"AvailabilityZone":"us-east-1c"}' | nc -l -p 8081 > /dev/null; done) & metadata2=$!
    ECS_CONTAINER_METADATA_URI_V4=http://127.0.0.1:8081 sh -c ${quote(
      commandOf(everywhere, 'Proxy')
        .replaceAll('/tmp/', '/tmp/two/')
        .replaceAll('11211', '11221')
        .replaceAll('11209', '11219'),
    )} >&2 & proxy2=$!
    answers 0.1 11221`;
  const race = async (change = (script: string): string => script): Promise<Record<string, number>> => {
    const places = `127.0.1.1:${NODE_PORT} 127.0.0.1:11211 127.0.0.1:11221`;
    const act = `${TOOLS}; ${second}; python3 /tmp/race.py ${places} 3; count warm_ups_undone; kill $proxy2 $metadata2`;
    const program = readFileSync(join(__dirname, 'race.py'), 'utf8');
    const said = await run(`cat > /tmp/race.py << 'END'\n${program}\nEND\n${change(cluster({}, act))}`);
    const [copied, risen, lastSeen, undone] = said.split(/\s+/).map(Number);
    process.stderr.write(`${risen} of 400 keys there after their delete; ${copied} copied, ${undone} undone\n`);
    return { copied, risen, lastSeen, undone };
  };
  /** So that each delete may come between the read of a value and its being written. */
  const slow = (script: string): string =>
    script.replace('for _, job in ipairs(found) do parse(job) end', '$&\nrctx:sleep(0.03)');

  test('wins', async () => {
    const { copied, risen, lastSeen } = await race();
    expect(copied).toBeGreaterThan(100);
    expect(risen).toBe(0);
    expect(lastSeen).toBeLessThan(60); // milliseconds
  });

  test('wins over a slow warm-up too, which is undone', async () => {
    const { risen, lastSeen, undone } = await race(slow);
    expect(risen).toBe(0);
    expect(lastSeen).toBeLessThan(60);
    expect(undone).toBeGreaterThan(20);
  });

  test('without looking at the source again, it loses', async () => {
    const { risen, lastSeen } = await race((script) =>
      slow(script).replace('if is_same(job) then', 'if true then').replace('if not is_same(job) and', 'if false and'),
    );
    expect(risen).toBeGreaterThan(20);
    expect(lastSeen).toBeGreaterThan(60);
  });

  describe('that reaches the source later', () => {
    const late = (write: string): string => `${TOOLS}; put; at 1 delete DELETED; until_holds ${COUNT}
      for i in 2 3; do at $i ${write} . > /dev/null; done; sleep 3; held 1`;

    test('wins', async () => {
      expect(await run(cluster({}, late('delete')))).toBe(`${COUNT}\n${COUNT}\n${COUNT}\n0\n`);
    });

    test.concurrent('and so does another value', async () => {
      expect(await run(cluster({}, late('new')))).toBe(`${COUNT}\n${COUNT}\n${COUNT}\n0\n`);
    });

    test.concurrent('without looking once more, it loses', async () => {
      const without = cluster({}, late('delete')).replace('if not is_same(job) and', 'if false and');
      expect(await run(without)).toBe(`${COUNT}\n${COUNT}\n${COUNT}\n${COUNT}\n`);
    });

    test.concurrent('without undoing what was filled alone, it deletes a newer value', async () => {
      const newer = `${late('delete').replace('sleep 3; held 1', 'at 1 new . > /dev/null; sleep 3; held 1 new')}`;
      expect(await run(cluster({}, newer))).toBe(`${COUNT}\n${COUNT}\n${COUNT}\n${COUNT}\n`);
      const without = cluster({}, newer).replace('.. " C" .. job.mine', '');
      expect(await run(without)).toBe(`${COUNT}\n${COUNT}\n${COUNT}\n0\n`);
    });
  });
});
