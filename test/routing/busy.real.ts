import { MemcachedNodes } from '../../lib';
import { quote } from '../../lib/contract/quote';
import { cluster, commandOf, PRELUDE, probeOf, run } from '../real-cluster';

/**
 * A quarter of a processor: one core, on which three loops that never rest have the same weight as the task. Its health check
 * shares that quarter, as it does on Fargate; the load comes from the other cores.
 */
const quarter = (pid: string): string => `
    loops=$(for i in 1 2 3; do taskset -c 0 sh -c 'while :; do :; done' > /dev/null & echo $!; done)
    for each in ${pid} $(pgrep -P ${pid}); do taskset -a -c -p 0 $each > /dev/null; done
    printf 'key\\n24 24 1\\nvalue\\n100 100 1\\ncmd\\n0 0.1\\n1 0.9\\n' > /tmp/load
    load() { memcaslap -s 127.0.0.1:11211 -T 1 -c $1 -F /tmp/load -t $2s > /tmp/loaded; }`;

const probes = `
    probe() { start=$(date +%s%N); taskset -c 0 sh -c ${quote(probeOf({}))} && echo well $(( ($(date +%s%N) - start) / 1000000 )) || echo failed; }`;

test('a busy proxy is not ended by its health check', async () => {
  const act = `${quarter('$proxy')}${probes}
    for connections in 64 1024; do
      load $connections 6 & load=$!
      while kill -0 $load 2> /dev/null; do probe; sleep 0.1; done
    done
    kill $loops
    memcached=$(pgrep -f '^memcached .*tag_clock'); kill -STOP $memcached; probe; kill -CONT $memcached`;
  const said = (await run(cluster({}, act))).trim().split('\n');
  expect(said.pop()).toBe('failed'); // it can tell a proxy that hangs
  const times = said.map((line) => Number(/^well (\d+)$/.exec(line)?.[1]));
  process.stderr.write(`${times.length} health checks of a busy proxy, the slowest in ${Math.max(...times)} ms\n`);
  expect(times.length).toBeGreaterThan(10);
  expect(times.filter((each) => !(each < 2_000))).toEqual([]);
});

test('a busy node is not ended by its watchdog', async () => {
  const command = commandOf({ nodes: MemcachedNodes.fargate({ cpu: 256, memoryLimitMiB: 512 }) }, 'Nodes');
  const act = `${PRELUDE}
    ln -s /usr/bin/busybox /tmp/bin/timeout
    sh -c ${quote(command)} >&2 & task=$!
    answers 0.1 11211
    sleep 2
    before=$(pgrep -f '^memcached')${quarter('$task')}
    load 64 6; load 1024 6
    [ "$(pgrep -f '^memcached')" = $before ] && echo same
    kill $loops $task`;
  expect(await run(act)).toBe('same\n');
});
