import { CacheTopology, Routing, type MemcachedClusterProps } from '../../lib';
import { cluster, commandOf, NODE_PORT, PRELUDE, probeOf, run } from '../real-cluster';

const twemproxy = { topology: CacheTopology.sharded(), routing: Routing.twemproxy() };
const haproxy = { routing: Routing.haproxy() };
const standby = { routing: Routing.haproxy({ standby: true }) };
const nginx = { routing: Routing.nginxStream() };

/** The text written as the command writes it, and then only judged by the engine's own binary. */
async function judge(props: Partial<MemcachedClusterProps>, from: RegExp, to: string): Promise<string> {
  const command = commandOf(props, 'Proxy');
  expect(command).toMatch(from);
  return run(`${PRELUDE}\n${command.replace(from, to)}`);
}

test.each<[string, Partial<MemcachedClusterProps>, RegExp, string]>([
  ['nutcracker', twemproxy, /exec nutcracker (-c \S+).*/, 'exec nutcracker -t $1 2>&1'],
  ['haproxy', haproxy, /exec haproxy -db/, 'exec haproxy -c -V'],
  ['haproxy, for standby', standby, /exec haproxy -db/, 'exec haproxy -c -V'],
  ['nginx', nginx, /\nnginx -e stderr (-c \S+) [^]*wait \$nginx(?=\n\))/, '\nexec nginx -t $1 2>&1'],
])('%s accepts its configuration', async (_, props, from, to) => {
  expect(await judge(props, from, to)).toMatch(/syntax is (ok|valid)|Configuration file is valid/);
});

/** Each node holds its own name, so that an answer tells who gave it. */
const NAMED = `for i in 1 2 3; do printf 'set name 0 0 1\\r\\n%s\\r\\nquit\\r\\n' $i | nc 127.0.1.$i ${NODE_PORT} > /dev/null; done
  who() { for i in $(seq \${1:-6}); do ask 'get name' | grep -E '^[123]$' || echo -; done; }
  until_who() {
    end=$(($(date +%s) + 8))
    while [ $(date +%s) -lt $end ]; do
      [ "$(who 6 | sort -u | tr -d '\\n')" = "$1" ] && echo "$1" && return
      sleep 0.1
    done
    echo "never $1"
  }`;

describe.each([
  ['haproxy', haproxy],
  ['nginx', nginx],
])('%s', (_, props) => {
  test('spreads connections over all nodes, and goes round a dead one', async () => {
    const act = `${NAMED}
      who | sort | uniq -c | tr -s ' \\n' ' '; echo
      kill -9 $node2
      until_who 13
      node 2; printf 'set name 0 0 1\\r\\n2\\r\\nquit\\r\\n' | nc 127.0.1.2 ${NODE_PORT} > /dev/null
      until_who 123`;
    expect(await run(cluster(props, act))).toBe(' 2 1 2 2 2 3 \n13\n123\n');
  });
});

describe('nginx', () => {
  test('follows a name whose address changes, and keeps the address of one that gives none', async () => {
    const addresses = [1, 2, 3].map((i) => `127.0.1.${i} ${NODE_PORT}`).join('\n');
    const named = commandOf(nginx, 'Proxy').replace(addresses, `one.internal ${NODE_PORT}\ntwo.internal ${NODE_PORT}`);
    const answer = (name: string, address: string): string =>
      `printf 'Name: ${name}.internal\\nAddress: ${address}\\n' > /tmp/${name}.internal`;
    const act = `${NAMED}
      rm /tmp/bin/nslookup; printf '#!/bin/sh\\necho >> /tmp/asked; cat /tmp/$2\\n' > /tmp/bin/nslookup; chmod +x /tmp/bin/nslookup
      ${answer('one', '127.0.1.1')}; ${answer('two', '127.0.1.2')}
      kill $proxy; wait $proxy
      sh -c '${named.replace(/'/g, `'\\''`)}' >&2 & proxy=$!; answers 0.1 11211
      until_who 12; ${answer('two', '127.0.1.3')}; until_who 13
      : > /tmp/two.internal; asked=$(wc -l < /tmp/asked)
      until [ $(wc -l < /tmp/asked) -gt $((asked + 3)) ]; do sleep 0.1; done
      until_who 13`;
    expect(await run(cluster(nginx, act))).toBe('12\n13\n13\n');
  });

  test('ends before ECS kills it, whatever sessions it has', async () => {
    const act = `sleep 30 | nc 127.0.0.1 11211 & start=$(date +%s); kill $proxy; wait $proxy; echo $(($(date +%s) - start))`;
    expect(Number(await run(cluster(nginx, act)))).toBeLessThan(8);
  });
});

describe('haproxy', () => {
  test('is healthy while clients hold every session', async () => {
    const probe = probeOf(haproxy);
    const act = `for i in $(seq 12); do sleep 20 | nc 127.0.0.1 11211 & done
      for attempt in $(seq 30); do ask 'get name' | grep -q END || break; done
      ( ${probe} ) 2> /dev/null && echo healthy || echo unhealthy`;
    const small = cluster(haproxy, act).replace('maxconn 8448', 'maxconn 20').replace('maxconn 8192', 'maxconn 10');
    expect(await run(small)).toBe('healthy\n');
    expect(await run(small.replace('maxconn 20', 'maxconn 10'))).toBe('unhealthy\n');
  });

  const hung = `${NAMED}; until_who 123; kill -STOP $node2; until_who 13; kill -CONT $node2`;

  test('sees a node that hangs: it reads the version', async () => {
    expect(await run(cluster(haproxy, hung))).toBe('123\n13\n');
  });

  test('would not by a connection alone', async () => {
    const bare = cluster(haproxy, hung).replace(/ {2}tcp-check (send|expect).*\n/g, '');
    expect(await run(bare)).not.toBe('123\n13\n');
  });

  test('ends the sessions of a node that hangs', async () => {
    const session = `${NAMED}; until_who 123
      for i in 1 2 3; do sleep 20 | nc 127.0.0.1 11211 & eval session$i=$!; done
      kill -STOP $node2
      for attempt in $(seq 60); do
        alive=0; for i in 1 2 3; do eval kill -0 \\$session$i 2> /dev/null && alive=$((alive + 1)); done
        [ $alive = 2 ] && break; sleep 0.1
      done
      echo $alive; kill -CONT $node2`;
    expect(await run(cluster(haproxy, session))).toBe('123\n2\n');
    expect(await run(cluster(haproxy, session).replace('on-marked-down shutdown-sessions', ''))).toBe('123\n3\n');
  });

  test('standby: one node serves; another does while it is lost, and no longer', async () => {
    const act = `${NAMED}; until_who 1; kill -9 $node1; until_who 2
      node 1; printf 'set name 0 0 1\\r\\n1\\r\\nquit\\r\\n' | nc 127.0.1.1 ${NODE_PORT} > /dev/null; until_who 1`;
    expect(await run(cluster(standby, act))).toBe('1\n2\n1\n');
  });

  test('standby: a session with the standby ends when the active node returns', async () => {
    const act = `${NAMED}; until_who 1; kill -9 $node1; until_who 2
      sleep 30 | nc 127.0.0.1 11211 & session=$!
      node 1; until_who -
      for attempt in $(seq 50); do kill -0 $session 2> /dev/null || break; sleep 0.1; done
      kill -0 $session 2> /dev/null && echo stays || echo ended`;
    expect(await run(cluster(standby, act))).toBe('1\n2\n-\nended\n');
    expect(await run(cluster(standby, act).replace('on-marked-up shutdown-backup-sessions', ''))).toContain('stays');
  });

  test('serves its figures to Prometheus', async () => {
    const act = `wget -q -O - http://127.0.0.1:8404/metrics | grep -c '^haproxy_server_status.*server="[abc]1"'
      wget -q -O - http://127.0.0.1:8404/ | grep -q 'Statistics Report' && echo page`;
    expect(await run(cluster(haproxy, act))).toMatch(/^\d+\npage\n$/);
  });
});

describe('twemproxy', () => {
  const KEYS = '$(seq 10 39)';

  test('keeps a key on one node, and puts a dead node off the ring', async () => {
    const act = `for i in ${KEYS}; do ask "set key$i 0 0 2\\r\\n$i"; done | sort | uniq -c | tr -s ' '
      for i in ${KEYS}; do ask "get key$i"; done | grep -cE '^[0-9]+$'
      kill -9 $node1
      for attempt in $(seq 10); do for i in ${KEYS}; do ask "set key$i 0 0 2\\r\\n$i"; done | grep -q ERROR || break; done
      for i in ${KEYS}; do ask "get key$i"; done | grep -cE '^[0-9]+$'`;
    expect(await run(cluster(twemproxy, act))).toBe(' 30 STORED\n30\n30\n');
    const stays = cluster(twemproxy, act).replace('auto_eject_hosts: true', 'auto_eject_hosts: false');
    expect(await run(stays)).not.toBe(' 30 STORED\n30\n30\n');
  });

  test('spreads keys that differ in their last digits', async () => {
    const act = `for i in ${KEYS}; do ask "set key$i 0 0 2\\r\\n$i"; done > /dev/null
      for i in 1 2 3; do printf 'stats\\r\\nquit\\r\\n' | nc 127.0.1.$i ${NODE_PORT} | grep -c 'curr_items [1-9]'; done`;
    expect(await run(cluster(twemproxy, act))).toBe('1\n1\n1\n');
    expect(await run(cluster(twemproxy, act).replace('hash: murmur', 'hash: fnv1a_64'))).not.toBe('1\n1\n1\n');
  });

  test('tells its statistics to the probe, which asks from elsewhere', async () => {
    const act = `nc 127.0.2.1 22222 < /dev/null | grep -o '"a1": *{' | tr -d ' '`;
    expect(await run(cluster(twemproxy, act))).toBe('"a1":{\n');
  });
});

describe.each([
  ['twemproxy', twemproxy, 'nutcracker'],
  ['haproxy', haproxy, 'haproxy'],
  ['nginx', nginx, 'nginx'],
])('the health of %s', (_, props, program) => {
  test('does not hang on the nodes, and a proxy that hangs has none', async () => {
    const probe = probeOf(props);
    const hang = `for pid in $(pgrep -x ${program}); do kill -STOP $pid; done`;
    const act = `healthy() { for attempt in $(seq 50); do ( ${probe} ) 2> /dev/null && echo healthy && return; sleep 0.1; done; echo unhealthy; }
      healthy; kill -9 $node1 $node2 $node3; healthy
      ${hang}; ( ${probe} ) 2> /dev/null && echo healthy || echo unhealthy
      pkill -KILL -x ${program}`;
    expect(await run(cluster(props, act))).toBe('healthy\nhealthy\nunhealthy\n');
  });
});
