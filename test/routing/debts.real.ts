import { CacheTopology, Routing, WriteAcknowledgement, type MemcachedClusterProps } from '../../lib';
import { quote } from '../../lib/contract/quote';
import { cluster as whole, commandOf, NODE_PORT, run } from '../real-cluster';

/** With a shorter quarantine, which leaves time for two payments all the same. */
const cluster = (props: Partial<MemcachedClusterProps>, act: string): string =>
  whole(props, act).replace('QUARANTINE, SLOW, LIMIT = 4800,', 'QUARANTINE, SLOW, LIMIT = 2500,');

const sharded = { topology: CacheTopology.sharded() };

/** Keys enough that each of three nodes has some, of the lengths that the proxy's hash treats apart. */
const SHORT = Array.from({ length: 12 }, (_, i) => `k${i}`).join(' ');
const LONG = [20, 40, 100, 130, 200, 239, 245, 250].map((length, i) => `${i}`.padEnd(length, 'x')).join(' ');

/**
 * Functions: put a value in all keys, read them for some seconds and tell what was read, wait for the clock to have found
 * a node lost or back, ask a node itself, and count.
 */
const TOOLS = `
  keys="${SHORT} ${LONG}"
  put() { for k in $keys; do printf 'set %s 0 0 3\\r\\n%s\\r\\n' $k $1; done > /tmp/put; printf 'mn\\r\\n' >> /tmp/put
    timeout 5 nc 127.0.0.1 11211 < /tmp/put | sed '/^MN/q' | grep -vc STORED | sed 's/^1$/put/'; }
  for k in $keys; do printf 'get %s\\r\\n' $k; done > /tmp/get; printf 'mn\\r\\n' >> /tmp/get
  got() { timeout 5 nc 127.0.0.1 11211 < /tmp/get | sed '/^MN/q' | tr -d '\\r' | grep -E '^(old|new|ERR|SERVER)'; }
  read_for() { end=$(($(date +%s) + $1)); while [ $(date +%s) -lt $end ]; do got; sleep 0.05; done | sort -u | tr '\\n' ' '; echo; }
  count() { printf 'stats proxy\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | tr -d '\\r' | awk '$2 == "user_debts_'$1'" { print $3 }'; }
  held() { sed 's/^mn/quit/' /tmp/get | nc 127.0.1.$1 ${NODE_PORT} | grep -c "^$2"; }
  lost() { until printf 'stats proxybe\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | grep -q "bad_127.0.1.$1"; do sleep 0.05; done; }
  found() { while printf 'stats proxybe\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 | grep -q "bad_127.0.1.$1"; do sleep 0.05; done; }
  until_settled() { for i in $(seq 100); do [ $(count owed) = 0 ] && break; sleep 0.1; done; count owed; }`;

const hung = (node: number, after: string): string =>
  `${TOOLS}; put old; kill -STOP $node${node}; lost ${node}; put new; kill -CONT $node${node}; ${after}`;

describe.each<[string, Partial<MemcachedClusterProps>, number]>([
  ['replicated', {}, 1],
  ['sharded', sharded, 1],
  ['sharded', sharded, 2],
])('%s: a node that hung holds old values when it returns', (_, props, node) => {
  const act = hung(node, `read_for 5; until_settled; held ${node} old`);

  test.concurrent(`none is read, and none stays: node ${node}`, async () => {
    expect(await run(cluster(props, act))).toMatch(/^put\nput\nnew \n0\n0\n$/);
  });

  test.concurrent('nor is what was deleted back', async () => {
    const deleted = act.replace(
      'put new',
      `sed 's/^get/delete/' /tmp/get | timeout 5 nc 127.0.0.1 11211 | sed '/^MN/q' > /dev/null`,
    );
    expect(await run(cluster(props, deleted))).toMatch(/^put\n\n0\n0\n$/);
  });

  test.concurrent('without the debts, they are', async () => {
    const without = cluster(props, act).replace('if not told then announce(node, id) end', 'if true then return end');
    expect(await run(without)).toMatch(/^put\nput\nnew old \n/);
  });
});

describe('no copy is to be relied on', () => {
  const stopClocks = `for pid in $(pgrep -f 'nc 127.0.0.1 11209'); do kill -STOP $pid; done`;
  /** Two nodes missed what the third has, and are back, of which the clock has not told; then the third is gone. */
  const act = `${TOOLS}; put old; kill -STOP $node1 $node2; lost 1; lost 2; put new
    ${stopClocks}; sleep 1
    kill -CONT $node1 $node2; found 1; found 2; kill -9 $node3; wait $node3; got | sort | uniq -c`;

  test.concurrent('one that is known to be old is not read all the same', async () => {
    expect(await run(cluster({}, act))).toBe('put\nput\n');
  });

  test.concurrent('without looking at that, it is', async () => {
    expect(
      await run(cluster({}, act).replace('local old = is_old(place(child.pool, r:key()), id)', 'local old = false')),
    ).toMatch(/^put\nput\n +20 old\n$/);
  });

  describe.each([
    ['all are in quarantine', 'kill -CONT $node3; found 3; sleep 1'],
    ['it is not known yet to be back', `sleep 1; ${stopClocks}; kill -CONT $node3; found 3`],
  ])('two came back empty, and the third hung: %s', (_, back) => {
    /** Nobody is relied on for longer than the test takes. */
    const empty = cluster(
      {},
      `${TOOLS}; put old; kill -STOP $node1 $node2 $node3; lost 1; lost 2; lost 3
      kill -9 $node1 $node2; wait $node1 $node2; node 1; node 2; found 1; found 2; ${back}; got | grep -c old`,
    ).replace('LIMIT = 2500,', 'LIMIT = 600000,');

    test.concurrent('it is read', async () => {
      expect(await run(empty)).toBe('put\n20\n');
    });

    test.concurrent('if the first miss were the answer, it would not be', async () => {
      const without = empty.replace('return res:hit() or not (arguments.copies and res:ok())', 'return true');
      expect(await run(without)).toBe('put\n0\n');
    });
  });
});

describe('what other proxies owe a node', () => {
  /** Another proxy wrote while this one was idle, and pays two seconds after the node's return. */
  const act = `${TOOLS}; put old; kill -STOP $node1; lost 1
    for i in 2 3; do sed 's/^mn/quit/' /tmp/put | sed 's/^old/new/' | nc 127.0.1.$i ${NODE_PORT} > /dev/null; done
    kill -CONT $node1
    (sleep 2; sed 's/^get/delete/; s/^mn/quit/' /tmp/get | nc 127.0.1.1 ${NODE_PORT} > /dev/null) &
    read_for 5`;

  test.concurrent('is waited for, by a proxy that was idle too', async () => {
    expect(await run(cluster({}, act))).toBe('put\nnew \n');
  });

  test.concurrent('without the quarantine, it is not', async () => {
    const without = cluster({}, act).replace(
      /local QUARANTINE, SLOW, LIMIT = \d+/,
      'local QUARANTINE, SLOW, LIMIT = 0',
    );
    expect(await run(without)).toBe('put\nnew old \n');
  });

  test.concurrent('without the clock, an idle proxy does not know', async () => {
    const without = cluster({}, act.replace('lost 1', 'sleep 2')).replace(/^sh \/tmp\/clock.sh 11209 &$/m, '');
    expect(await run(without)).toBe('put\nnew old \n');
  });
});

describe('a node is owed keys by a proxy', () => {
  const JOURNAL = `cdk-memcached.debts.127.0.1.1:${NODE_PORT}`;
  const again = `sh -c ${quote(commandOf({}, 'Proxy'))} >&2 & proxy=$!; answers 0.1 11211`;

  /** Another proxy cannot reach node 1, and this one can. */
  const cut = `${TOOLS}; put old; sleep 0.5
    for i in 2 3; do sed 's/^mn/quit/; s/^old/new/' /tmp/put | nc 127.0.1.$i ${NODE_PORT} > /dev/null; done
    for k in $keys; do printf '%s\\n' $k; done > /tmp/list
    { printf 'ms ${JOURNAL} %s MA N60\\r\\n' $(wc -c < /tmp/list); cat /tmp/list; printf '\\r\\nquit\\r\\n'; } > /tmp/told
    nc 127.0.1.2 ${NODE_PORT} < /tmp/told | tr -d '\\r'; sleep 1; read_for 3; held 1 old`;

  test.concurrent('that cannot reach it: others hear of it, and pay', async () => {
    expect(await run(cluster({}, cut))).toBe('put\nHD\nnew \n0\n');
  });

  test.concurrent('without the journal, they read what was missed', async () => {
    expect(await run(cluster({}, cut).replace(/^hear\(rctx, watched\)$/m, ''))).toBe('put\nHD\nold \n20\n');
  });

  describe('more than this one keeps', () => {
    const limited = (limit: number, script: string): string => script.replace(', 160000, 10000', `, 160000, ${limit}`);
    const act = `${cut}; count flushes`;

    test.concurrent('the node is not emptied for it, nor read before all is paid', async () => {
      expect(await run(limited(12, cluster({}, act)))).toBe('put\nHD\nnew \n0\n0\n');
    });

    test.concurrent('without telling hearsay apart, it is emptied', async () => {
      const without = limited(12, cluster({}, act))
        .replace('not told and node.count - node.hearsay >= LIMIT', 'node.count >= LIMIT')
        .replace('if node.hearsay >= LIMIT then', 'if false then');
      expect(await run(without)).toMatch(/\n[12]\n$/);
    });

    test.concurrent('without waiting for the rest, it is read too early', async () => {
      const without = limited(2, cluster({}, act)).replace(/^node.behind = true\nail\(node\)$/m, '');
      expect(await run(without)).toMatch(/^put\nHD\n(new )?old /);
    });
  });

  describe('and what the others can hear of it', () => {
    /** The keys that were ever in the journal of a node that hangs, as often as one can look. */
    const heard = `${TOOLS}; put old; kill -STOP $node1; lost 1; put new
      for i in $(seq 300); do sleep 0.01; printf 'mg ${JOURNAL} v\\r\\nquit\\r\\n' | nc 127.0.1.2 ${NODE_PORT}; done > /tmp/heard
      for k in $keys; do echo $k; done > /tmp/names; tr -d '\\r' < /tmp/heard | grep -Fxf /tmp/names | sort -u | wc -l`;

    test.concurrent('is everything, though an item may have 1 KiB', async () => {
      const small = cluster({}, heard)
        .replace('memcached -l 127.0.1.$1', 'memcached -I 1k -o slab_chunk_max=1 -l 127.0.1.$1')
        .replace(/^tell_anew\(node\)$/m, '');
      expect(await run(small)).toBe('put\nput\n20\n');
      const without = small.replace('if not stored[node] then', 'if false then');
      expect(await run(without)).not.toBe('put\nput\n20\n');
    });
  });

  /** The only proxy that owes dies before the node is back. */
  const killed = `${TOOLS}; put old; kill -STOP $node1; lost 1; put new; sleep 1; kill $proxy; wait $proxy
    ${again}; kill -CONT $node1; sleep 1.5; read_for 5; held 1 old`;

  test.concurrent('that dies: its heir pays', async () => {
    expect(await run(cluster({}, killed))).toBe('put\nput\nnew \n0\n');
  });

  test.concurrent('without telling of them, nobody does', async () => {
    const without = cluster({}, killed).replaceAll(/^tell\(rctx, watched\)$/gm, '');
    expect(await run(without)).toMatch(/^put\nput\n(new )?old \n20\n$/);
  });
});

describe('a write that lands late', () => {
  const act = hung(
    1,
    `for i in $(seq 100); do [ $(held 1 old) = 0 ] && break; sleep 0.02; done
    sed 's/^mn/quit/; s/^new/old/' /tmp/put | nc 127.0.1.1 ${NODE_PORT} | grep -c STORED
    read_for 5; held 1 old`,
  );

  test.concurrent('is deleted again', async () => {
    expect(await run(cluster({}, act))).toBe('put\nput\n20\nnew \n0\n');
  });

  test.concurrent('without the second payment, it stays', async () => {
    const without = cluster({}, act)
      .replace('settle(node, id)\nstat(counters.paid, 1)', 'settle(node, id)')
      .replace('if again then\nsettle', 'if true then\nsettle');
    expect(await run(without)).toMatch(/^put\nput\n20\nnew old \n20\n$/);
  });
});

describe('a node that is owed more than is kept', () => {
  const few = (script: string): string => script.replace('LIMIT = 2500, 160000, 10000', 'LIMIT = 2500, 160000, 2');

  test.concurrent.each<[string, Partial<MemcachedClusterProps>]>([
    ['replicated', {}],
    ['sharded', sharded],
  ])('is not read from until it is emptied, twice: %s', async (_, props) => {
    const act = hung(1, `read_for 5; held 1 old; count owed; count flushes`);
    expect(await run(few(cluster(props, act)))).toMatch(/^put\nput\nnew \n0\n0\n2\n$/);
  });

  test.concurrent('without that, what was missed is read', async () => {
    const act = hung(1, `read_for 5`);
    const without = few(cluster({}, act)).replace('node.flushes, node.due = 2, 0', 'node.due = 0');
    expect(await run(without)).toBe('put\nput\nnew old \n');
  });
});

test('a node that refuses is no loss', async () => {
  const act = `${TOOLS}; put old; ask 'incr k1 1'; ask 'touch k1 abc'; ask "set k1 0 abc 3\\r\\n123"; count noted; got | sort | uniq -c`;
  expect(await run(cluster({}, act))).toMatch(/\n0\n +20 old\n$/);
});

test('each worker thread has a clock, and pays though no request comes', async () => {
  const routing = Routing.memcachedProxy({ cpu: 2048 });
  const act = `${TOOLS}; put old; kill -STOP $node1; lost 1; put new; put new; put new; put new; count owed
    kill -CONT $node1; until_settled; count paid; held 1 old
    for pid in $(pgrep -f 'nc 127.0.0.1 11209'); do kill $pid; done; sleep 1
    put old; kill -STOP $node1; lost 1; put new; put new; kill -CONT $node1; until_settled; held 1 old`;
  expect(await run(cluster({ routing }, act))).toMatch(/^put\n(put\n){4}40\n0\n40\n0\nput\nput\nput\n0\n0\n$/);
});

describe('what is kept of debts', () => {
  const said = async (lua: string, change = (script: string): string => script): Promise<string> => {
    const probe = `
do
  stat = function() end
  counters = {}
  local n = node_at("probe:1")
  ${lua}
  local f = io.open("/tmp/said", "w") f:write(said) f:close()
end
register_route_handlers {`;
    return run(change(cluster({}, 'cat /tmp/said').replace('register_route_handlers {', () => probe)));
  };

  test.concurrent('does not grow with misses that are taken back', async () => {
    const lua = `for i = 1, 5000 do owe(n, "k") undo(n, "k") end
  local most = #n.first <= 200
  heal(n)
  local said = tostring(most) .. " " .. #n.first`;
    expect(await said(lua)).toBe('true 0');
    expect(await said(lua, (script) => script.replace('#node.first <= 2 *', '1 <= 2 *'))).toBe('false 0');
  });

  test.concurrent('nor with those that are missed again before the second payment', async () => {
    const lua = `for i = 1, 5000 do owe(n, "k") due(n, 0) paid(n, "k", false, i) end
  local said = tostring(n.tail - n.head <= 200) .. " " .. n.count .. " " .. due(n, 10000)`;
    expect(await said(lua)).toBe('true 1 k');
  });

  test.concurrent('what it no longer keeps is told all the same', async () => {
    const lua = `for i = 1, 10001 do owe(n, "k" .. i) end
  local said = n.flushes .. " " .. n.count .. " " .. n.last - n.told`;
    expect(await said(lua)).toBe('2 0 10000');
  });

  test.concurrent('what waits to be told is told in turn, and once', async () => {
    const lua = `for i = 1, 3 do owe(n, "a") owe(n, "b") owe(n, "c") end
  local part = part_of(n)
  owe(n, "d") owe(n, "e") undo(n, "e") put_back(n, part)
  local said = table.concat(part, " ") .. ", " .. table.concat(part_of(n), " ")`;
    expect(await said(lua)).toBe('a b c, a b c d');
  });
});

test.concurrent('a clock that a thread does not need ends its connection', async () => {
  const act = `mkdir /tmp/shim; printf 'read word; echo "NS "; cat > /tmp/rest; sleep 9' > /tmp/nc
    { echo '#!/bin/sh'; cat /tmp/nc; } > /tmp/shim/nc; chmod +x /tmp/shim/nc
    PATH=/tmp/shim:$PATH sh /tmp/clock.sh 1 & clock=$!
    for i in $(seq 100); do [ -s /tmp/rest ] && break; sleep 0.05; done; cat /tmp/rest; kill $clock`;
  expect(await run(cluster({}, act))).toBe('quit\n');
});

test.concurrent('the connections of the clocks are no way for clients', async () => {
  const act = `printf 'mg go\\r\\nquit\\r\\n' | timeout 2 nc 127.0.0.1 11211`;
  expect(await run(cluster({}, act))).toBe('EN\r\n');
});

describe('writes of a replicated cluster', () => {
  const act = `${TOOLS}; ask "set k 0 0 1\\r\\n1"; kill -9 $node2; lost 2; ask "set k 0 0 1\\r\\n2"; ask "set k 0 0 1 noreply\\r\\n3\\r\\nget k"`;

  test.concurrent('are answered when any zone stored them', async () => {
    expect(await run(cluster({}, act))).toBe('STORED\nSTORED\nVALUE k 0 1\n3\nEND\n');
  });

  const slow = `${TOOLS}; kill -STOP $node2; { sleep 0.1; touch /tmp/goes-on; kill -CONT $node2; } &
    ask "set k 0 0 1\\r\\n1"; [ -e /tmp/goes-on ] && echo after`;

  test.concurrent('and when each copy has answered', async () => {
    expect(await run(cluster({}, slow))).toBe('STORED\nafter\n');
  });

  test.concurrent('without waiting for each, another copy could be read before the write is there', async () => {
    const without = cluster({}, slow).replace(
      'wait(rctx, asked, ANY)\nlocal stored',
      'wait(rctx, 1, mcp.WAIT_GOOD)\nlocal stored',
    );
    expect(await run(without)).toBe('STORED\n');
  });

  test.concurrent('or when all did', async () => {
    const { ALL_ZONES } = WriteAcknowledgement;
    const routing = Routing.memcachedProxy({ writeAcknowledgement: ALL_ZONES });
    const said = 'STORED\nSERVER_ERROR not stored in every zone\nVALUE k 0 1\n3\nEND\n';
    expect(await run(cluster({ routing }, act))).toBe(said);
  });
});

describe('sharded: a node that came back empty keeps what is written there', () => {
  /** How many keys it holds, before and after each round of writes, the gutters' copies being deleted for a while. */
  const act = `${TOOLS}; put old > /dev/null; held 1 old; kill -9 $node1; wait $node1; lost 1; node 1; found 1
    put new > /dev/null; until_settled > /dev/null
    end=$(($(date +%s) + 7)); while [ $(date +%s) -lt $end ]; do put new > /dev/null; held 1 new; sleep 0.2; done`;
  const heldBy = async (script: string): Promise<{ whole: number; after: Set<number> }> => {
    const [whole, ...after] = (await run(script)).trim().split('\n').map(Number);
    return { whole, after: new Set(after) };
  };

  test.concurrent('also where the gutter of its own zone is itself', async () => {
    const { whole, after } = await heldBy(cluster(sharded, act));
    expect(whole).toBeGreaterThan(0);
    expect(after).toEqual(new Set([whole]));
  });

  test.concurrent('without that being looked at, it does not', async () => {
    const without = cluster(sharded, act).replace('if other ~= node and not other.lost then', 'if not other.lost then');
    const { whole, after } = await heldBy(without);
    expect(after).not.toEqual(new Set([whole]));
  });
});
