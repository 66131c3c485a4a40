import { CacheTopology, MemcachedNodes } from '../lib';
import { quote } from '../lib/contract/quote';
import { runTool } from '../rehearsal/tools/run-tool';
import { cluster, commandOf, NODE_PORT, PRELUDE, run } from './real-cluster';
import { SynthesizedCluster, textOf, ZONES } from './synth';

const KEYS = '$(seq 10 39)';
const WRITE = `for i in ${KEYS}; do ask "set key$i 0 0 2\\r\\n$i"; done | sort | uniq -c | tr -s ' '`;
const READ = `for i in ${KEYS}; do ask "get key$i"; done | grep -cE '^(VALUE|[0-9]+$)'; for i in ${KEYS}; do ask "get key$i"; done | grep -c ERROR`;

describe('memcached’s proxy', () => {
  test('replicated: no key is lost with a node, and nothing fails', async () => {
    const act = `${WRITE}; kill -9 $node1; ${READ}; ${WRITE}`;
    expect(await run(cluster({}, act))).toBe(' 30 STORED\n60\n0\n 30 STORED\n');
  });

  test('replicated: without the failover on a miss, a node that returns empty loses its keys', async () => {
    const asked = `printf 'stats\\r\\nquit\\r\\n' | nc 127.0.1.1 ${NODE_PORT} | grep -q 'cmd_get [1-9]'`;
    const act = `${WRITE}; kill -9 $node1; wait $node1
      memcached -l 127.0.1.1 -p ${NODE_PORT} &
      answers 1.1 ${NODE_PORT}
      until ${asked}; do ask 'get any' > /dev/null; sleep 0.05; done
      ${READ}`;
    expect(await run(cluster({}, act))).toBe(' 30 STORED\n60\n0\n');
    expect(await run(cluster({}, act).replace('copies = true', 'copies = false'))).not.toBe(' 30 STORED\n60\n0\n');
  });

  test.each([1, 2, 3])(
    'replicated: a proxy in zone %i reads from that zone’s node, and from no other',
    async (zone) => {
      const act = `${WRITE}; ${READ}
      for i in 1 2 3; do printf 'stats\\r\\nquit\\r\\n' | nc 127.0.1.$i ${NODE_PORT} | awk '$2 == "cmd_get" { print int($3) }'; done`;
      const reads = [1, 2, 3].map((node) => (node === zone ? 60 : 0));
      expect(await run(cluster({}, act, zone))).toBe([' 30 STORED', 60, 0, ...reads, ''].join('\n'));
    },
  );

  test.each([
    ['tells a zone that the cluster has not, says so', '{"AvailabilityZone":"eu-west-1z"}', "'eu-west-1z'"],
    ['never answers, says so', '', "''"],
    ['tells a zone of the cluster, says nothing', `{"AvailabilityZone":"${ZONES[1]}"}`, undefined],
  ])('a proxy whose metadata %s', async (_, metadata, zone) => {
    // Waits are not what is tried here.
    const command = commandOf({}, 'Proxy').replace(/^ *sleep 1$/m, '');
    const said = await run(`
      ${PRELUDE}
      ${metadata && `while :; do printf 'HTTP/1.0 200 OK\r\n\r\n%s' '${metadata}' | nc -l -p 8080 > /dev/null; done &`}
      export ECS_CONTAINER_METADATA_URI_V4=http://127.0.0.1:8080/v4
      sh -c ${quote(command)} & proxy=$!
      answers 0.1 11211
      kill $proxy; wait $proxy; kill $! 2> /dev/null || true`);
    const unknown = said
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter(({ message }) => message.startsWith('zone unknown'));
    const message = `zone unknown: the task's metadata says ${zone}; reads start in zone a`;
    expect(unknown).toEqual(
      zone ? [{ cluster: expect.any(String), process: 'memcached', role: 'proxy', message }] : [],
    );
  });

  describe('sharded', () => {
    const props = { topology: CacheTopology.sharded() };

    test('a lost node costs its keys, and nothing fails: they can be written and read again at once', async () => {
      const act = `${WRITE}; kill -9 $node1; ${READ}; ${WRITE}; ${READ}`;
      const lines = (await run(cluster(props, act))).split('\n');
      expect(lines[0]).toBe(' 30 STORED');
      expect(Number(lines[1])).toBeLessThan(60);
      expect(Number(lines[1])).toBeGreaterThan(20);
      expect(lines.slice(2)).toEqual(['0', ' 30 STORED', '60', '0', '']);
    });

    test('every command of the text and the meta protocol gets an answer that is no server error', async () => {
      const act = `kill -9 $node1
        for i in ${KEYS}; do
          for command in "set k$i 0 0 1\\r\\n1" "get k$i" "gets k$i" "add k$i 0 0 1\\r\\n1" "replace k$i 0 0 1\\r\\n1" \\
            "append k$i 0 0 1\\r\\n1" "prepend k$i 0 0 1\\r\\n1" "incr k$i 1" "decr k$i 1" "touch k$i 9" "gat 9 k$i" \\
            "gats 9 k$i" "cas k$i 0 0 1 1\\r\\n1" "delete k$i" "ms k$i 1\\r\\n1" "mg k$i v" "ma k$i" "md k$i"; do
            ask "$command"
          done
        done | grep ERROR | sort | uniq -c`;
      expect(await run(cluster(props, act))).toBe('');
    });

    test('without the gutters a lost node’s keys are errors', async () => {
      const bare = cluster(props, `${WRITE}; kill -9 $node1; ${READ}`).replace(
        'for _, zone in ipairs(zones) do',
        'for _, zone in ipairs({}) do',
      );
      expect(await run(bare)).not.toMatch(/\n0\n$/);
    });
  });
});

describe('a request that asks for no answer gets none, and does what it asks', () => {
  /** What the client reads after requests that ask for no answer, and what became of them. */
  const SILENT = `ask "set k 0 0 1 noreply\\r\\n1\\r\\nadd k 0 0 1 noreply\\r\\n2\\r\\nincr k 4 noreply\\r\\ntouch k 99 noreply\\r\\nget k"
    ask "delete k noreply\\r\\nget k"
    ask "ms m 1 q\\r\\n1\\r\\nmg m v"`;
  const said = 'VALUE k 0 1\n5\nEND\nEND\nVA 1\n1\n';

  test.each([
    ['replicated', {}],
    ['sharded', { topology: CacheTopology.sharded() }],
  ])('%s, healthy and with each node lost', async (_, props) => {
    expect(await run(cluster(props, SILENT))).toBe(said);
    for (const node of [1, 2, 3]) expect(await run(cluster(props, `kill -9 $node${node}; ${SILENT}`))).toBe(said);
  });

  test('without the route for them, it does not', async () => {
    const bare = (node: number): string =>
      cluster({ topology: CacheTopology.sharded() }, `kill -9 $node${node}; ${SILENT}`)
        .replace('local quiet = META[command] and r:has_flag("q")', 'local quiet = false')
        .replace('if r:ntokens() ~= last or not ends_with_noreply(r, last) then', 'if true then');
    const answers = [await run(bare(1)), await run(bare(2)), await run(bare(3))];
    expect(answers).not.toEqual([said, said, said]);
  });
});

describe('a node', () => {
  const command = commandOf(
    { nodes: MemcachedNodes.fargate({ cpu: 256, memoryLimitMiB: 512, threads: 2, maxConnections: 9000 }) },
    'Nodes',
  );

  test('starts with the settings', async () => {
    const said = await run(`
      ${PRELUDE}
      ulimit -n 10000
      (${command}) & node=$!
      answers 0.1 11211
      printf 'stats settings\\r\\nquit\\r\\n' | nc 127.0.0.1 11211
      kill $node`);
    expect(said).toContain(`STAT maxbytes ${263 * 1024 * 1024}`);
    expect(said).toContain('STAT maxconns 9000');
    expect(said).toContain('STAT num_threads 2');
    expect(said).toContain('STAT item_size_max 1048576');
  });

  test('sizes itself by its machine where nothing says how large it is', async () => {
    const user = textOf(
      new SynthesizedCluster({ nodes: MemcachedNodes.ec2() }).only('AWS::EC2::LaunchTemplate').Properties
        .LaunchTemplateData.UserData,
    );
    const found = /set -- \$\(.*\nthreads=.*/.exec(user)![0].replace(/'\\''/g, "'").replaceAll('/proc', '/tmp');
    const sized = (mebibytes: number, processors: number): Promise<string> =>
      run(
        `printf 'MemTotal: %s kB\\n' ${mebibytes * 1024} > /tmp/meminfo
        for i in $(seq ${processors}); do printf 'processor\t: %s\\nmodel\\n' $i; done > /tmp/cpuinfo
        ${found}
        echo $1 MiB, $2 connections, $threads threads`,
      );
    expect(await sized(4096, 1)).toBe('3126 MiB, 8192 connections, 1 threads\n');
    expect(await sized(950, 2)).toBe('514 MiB, 1900 connections, 2 threads\n');
    expect(await sized(400, 2)).toBe('64 MiB, 1024 connections, 2 threads\n');
    expect(await sized(65536, 96)).toBe('55680 MiB, 16384 connections, 64 threads\n');
  });

  test('that hangs fails the health probe, though it still accepts connections', async () => {
    const [, task] = Object.entries(
      new SynthesizedCluster({ nodes: MemcachedNodes.fargate() }).resources('AWS::ECS::TaskDefinition'),
    ).find(([id]) => id.includes('Nodes'))!;
    const probe = task.Properties.ContainerDefinitions[0].HealthCheck.Command[1];
    const said = await run(`
      ${PRELUDE}
      memcached & node=$!
      answers 0.1 11211
      ${probe} && echo healthy
      kill -STOP $node
      ${probe} || echo unhealthy
      printf quit | timeout 2 nc 127.0.0.1 11211; [ $? -gt 1 ] && echo accepts
      kill -9 $node`);
    expect(said).toBe('healthy\nunhealthy\naccepts\n');
  });
});

test('user data is a script that bash accepts', async () => {
  const made = new SynthesizedCluster();
  const text = textOf(made.only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData);
  expect(text).toMatch(/^#!\/bin\/bash\n/);
  const { code, stderr } = await runTool(['bash', '-n', '/tmp/user-data'], { files: { '/tmp/user-data': text } });
  expect(stderr).toBe('');
  expect(code).toBe(0);
});
