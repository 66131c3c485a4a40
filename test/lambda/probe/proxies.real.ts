import { CacheTopology, type MemcachedClusterProps, Routing } from '../../../lib';
import type { ProbeEvent } from '../../../lib/contract/probe-event';
import { type PlainNamespace, plainNamespace } from '../../rehearsal/clients/plain-namespace';
import { cluster, NODE_PORT } from '../../real-cluster';
import { ProbeProcess, shell } from './probe-process';

const sharded = CacheTopology.sharded();
const endpoint = { host: '127.0.0.1', port: 11211 };
const nodes = [1, 2, 3].map((i) => ({
  name: `${'abc'[i - 1]}1`,
  zone: 'ABC'[i - 1],
  host: `127.0.1.${i}`,
  port: NODE_PORT,
}));

type Statistics = NonNullable<ProbeEvent['proxies']>['statistics'];

const event = (statistics?: Statistics): ProbeEvent => ({
  cluster: 'cache',
  detail: 'CLUSTER',
  nodes,
  proxies: { ...endpoint, statistics },
  endpoint,
});

let network: PlainNamespace | undefined;
let probe: ProbeProcess;

afterEach(async () => {
  probe.stop();
  await network?.stop();
  network = undefined;
});

async function start(props: Partial<MemcachedClusterProps>): Promise<void> {
  const act = `
    for i in 1 2 3; do eval echo \\$node$i > /tmp/node$i; done
    for pid in $(pgrep -x memcached); do
      case " $node1 $node2 $node3 " in *" $pid "*) ;; *) echo $pid > /tmp/proxy ;; esac
    done
    echo ready
    wait`;
  const script = cluster(props, act).replace(/'/g, `'\\''`);
  // The namespace's first process stays in its own user namespace: from a deeper one an ordinary user cannot enter the network.
  network = await plainNamespace(`
    echo nameserver 127.0.0.1 > /etc/resolv.conf
    unshare --user --map-user=11211 --map-group=11211 -- sh -ec '${script}' & wait`);
  probe = new ProbeProcess(network);
}

const kill = (...names: string[]) => shell(network!, names.map((name) => `kill -9 $(cat /tmp/${name})`).join('; '));

/** A client that asks for keys that are there, and for keys that are not. */
const load = () =>
  shell(
    network!,
    `for i in $(seq 10 29); do
       for command in "set key$i 0 0 2\\r\\n$i" "get key$i" "get none$i"; do
         printf "$command\\r\\nquit\\r\\n" | timeout 2 busybox nc 127.0.0.1 11211 || true
       done
     done`,
  );

describe('memcached’s proxy', () => {
  const asked = event({ engine: 'memcached', port: 11211 });
  const healthy = {
    CanarySuccess: 1,
    CanaryLatency: expect.any(Number),
    ReachableProxies: 1,
    BackendErrors: 0,
    MarkedBad: 0,
  };

  test('replicated: misses are no failovers, reads that a lost node’s copy would have answered are', async () => {
    await start({});
    await probe.run(asked);
    await load();
    const before = await probe.run(asked);
    expect(before.line('cluster')).toMatchObject({ ...healthy, Failovers: 0 });
    // Of 63 requests or more one in 17 is counted.
    expect(before.line('cluster')).toMatchObject({ ClientErrors: 0, ReadLatency: expect.any(Number) });
    expect(before.line('cluster').ReadLatency).toBeLessThan(200);
    expect(before.line('proxy')).toMatchObject({ ClientErrors: 0, ReadLatency: expect.any(Number) });
    expect(before.line('proxy')).toMatchObject({ address: '127.0.0.1', Reachable: 1, Uptime: expect.any(Number) });
    expect(before.line('proxy')).not.toHaveProperty('_aws');

    await kill('node1');
    await load();
    const lost = (await probe.run(asked)).line('cluster');
    expect(lost).toMatchObject({ CanarySuccess: 1, ReachableProxies: 1 });
    for (const name of ['BackendErrors', 'Failovers', 'MarkedBad']) expect(lost[name]).toBeGreaterThan(0);

    await kill('node2', 'node3');
    await load();
    const dead = await probe.run(asked);
    expect(dead.line('cluster')).toMatchObject({
      Reachable: 0,
      ReachableProxies: 1,
      CanarySuccess: 0,
      canaryError: expect.stringMatching(/^set was answered with 'SERVER_ERROR/),
    });
    expect(dead.line('cluster')).not.toHaveProperty('CanaryLatency');
  });

  test('sharded: misses are no failovers, a lost node’s requests are', async () => {
    await start({ topology: sharded });
    await probe.run(asked);
    await load();
    expect((await probe.run(asked)).line('cluster')).toMatchObject({ ...healthy, Failovers: 0 });
    await kill('node1');
    await load();
    const lost = (await probe.run(asked)).line('cluster');
    expect(lost).toMatchObject({ CanarySuccess: 1, ReachableProxies: 1 });
    for (const name of ['BackendErrors', 'Failovers', 'MarkedBad']) expect(lost[name]).toBeGreaterThan(0);
  });

  test('a proxy that is dead or hangs is not reachable, and the canary fails, in time', async () => {
    await start({});
    await shell(network!, 'kill -STOP $(cat /tmp/proxy)');
    const hung = await probe.run(asked);
    expect(hung.seconds).toBeLessThan(10);
    expect(hung.line('proxy')).toMatchObject({ Reachable: 0, error: 'no whole answer in 1500 ms' });
    const failed = { ReachableProxies: 0, CanarySuccess: 0 };
    expect(hung.line('cluster')).toMatchObject({ ...failed, canaryError: 'no whole answer in 1500 ms', Reachable: 1 });
    await kill('proxy');
    const dead = await probe.run({ ...asked, proxies: { host: 'nowhere.invalid', port: 11211 } });
    expect(dead.line('error')).toMatchObject({
      Cluster: 'cache',
      error: expect.stringMatching(/^nowhere.invalid has no/),
    });
    expect(dead.line('cluster')).toMatchObject({ ...failed, canaryError: 'connect ECONNREFUSED 127.0.0.1:11211' });
  });
});

test('twemproxy', async () => {
  const asked = event({ engine: 'twemproxy', port: 22222 });
  await start({ topology: sharded, routing: Routing.twemproxy() });
  const before = (await probe.run(asked)).line('cluster');
  expect(before).toMatchObject({ CanarySuccess: 1, ReachableProxies: 1, BackendErrors: 0, MarkedBad: 0 });
  expect(before).not.toHaveProperty('Failovers');
  await kill('node1');
  await load();
  // It adds its figures up each second.
  const told = `nc 127.0.0.1 22222 < /dev/null | grep -Eq '"server_ejects": ?[1-9]'`;
  await shell(network!, `for attempt in $(seq 100); do busybox ${told} && exit; sleep 0.1; done; exit 1`);
  const lost = (await probe.run(asked)).line('cluster');
  for (const name of ['BackendErrors', 'MarkedBad']) expect(lost[name]).toBeGreaterThan(0);
});

test('haproxy', async () => {
  const asked = event({ engine: 'haproxy', port: 8404 });
  await start({ topology: sharded, routing: Routing.haproxy() });
  const before = (await probe.run(asked)).line('cluster');
  expect(before).toMatchObject({ CanarySuccess: 1, ReachableProxies: 1, BackendErrors: 0, Failovers: 0, MarkedBad: 0 });
  await kill('node1');
  await load();
  const down = `wget -q -O - 'http://127.0.0.1:8404/;csv' | grep -q '^nodes,a1,.*,DOWN,'`;
  await shell(network!, `for attempt in $(seq 100); do busybox ${down} && exit; sleep 0.1; done; exit 1`);
  const lost = (await probe.run(asked)).line('cluster');
  for (const name of ['BackendErrors', 'Failovers', 'MarkedBad']) expect(lost[name]).toBeGreaterThan(0);
});

test('a proxy without statistics is connected to', async () => {
  await start({ topology: sharded, routing: Routing.nginxStream() });
  const run = await probe.run(event());
  expect(run.line('proxy')).toMatchObject({ Reachable: 1 });
  expect(run.line('cluster')).toMatchObject({ ReachableProxies: 1, CanarySuccess: 1 });
  expect(run.line('cluster')).not.toHaveProperty('BackendErrors');
});
