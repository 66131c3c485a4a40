import { Duration } from 'aws-cdk-lib';
import { CacheTopology, type MemcachedClusterProps } from '../../lib';
import { cluster, commandOf, NODE_PORT, run } from '../real-cluster';
import { python } from './overload-load';

const sharded = { topology: CacheTopology.sharded() };
/** The memory of a proxy's task by default. */
const TASK_MIB = 512;
const ACTIVE = /active_req_limit = \d+/;
const BUFFERS = /, buffer_memory_limit = \d+/;

const said = async (
  act: string,
  change: (script: string) => string = (script) => script,
  props: Partial<MemcachedClusterProps> = {},
): Promise<string[]> => (await run(change(cluster(props, python(act))))).trim().split('\n');

describe('more requests than a proxy works on at once', () => {
  /** Three nodes that stand still hold what is sent to them until it has run out of time. */
  const act = `
say(first(put('k', 'old')))
hang(NODES)
answers = burst([put(f'k{i}', 'new') for i in range(40)])
refused = [text.split()[1] for text, answer in answers.items() if 'limit' in answer]
say(len(answers), 20 <= len(refused) <= 35, counts(answers).keys() - {'SERVER_ERROR backend failure'})
say(first('version\\r\\n').split()[0], noted() == 3 * (40 - len(refused)))
wake(NODES)
until(lambda: int(stats().get('proxy_req_active', 0)) <= 1)
say(first(put('k', 'new')), len(burst([put(f'k{i}') for i in range(4)])))`;
  const few = (script: string): string => script.replace(ACTIVE, 'active_req_limit = 8');

  test('are refused at once, and owe nothing; the health check goes on', async () => {
    expect(await said(act, few)).toEqual([
      'STORED',
      "40 True {'SERVER_ERROR active request limit reached'}",
      'VERSION True',
      'STORED 4',
    ]);
  });

  test('without the limit, all wait', async () => {
    expect((await said(act, (script) => script.replace(ACTIVE, 'active_req_limit = 0')))[1]).toBe('40 False set()');
  });

  test('as many writes as the default lets in take less than half of the memory', async () => {
    const [figures] = await said(
      `
idle, count = kibibytes(), 2000
connections = [connect() for _ in range(count)]
first('version\\r\\n')
before = kibibytes()
hang(NODES)
for i, c in enumerate(connections): c.sendall(put(f'k{i}').encode())
most = until(lambda: int(stats().get('proxy_req_active', 0)) >= count)
for c in connections: c.recv(100)
say(most, round(idle / 1024), (before - idle) / count, (kibibytes('VmHWM') - before) / count)
wake(NODES)`,
      undefined,
      { timeouts: { request: Duration.seconds(2) } },
    );
    const [most, idle, connection, write] = figures.split(' ');
    process.stderr.write(`idle ${idle} MiB, a connection ${connection} KiB, a write in flight ${write} KiB\n`);
    expect(most).toBe('True');
    const limit = Number(/active_req_limit = (\d+)/.exec(commandOf({}, 'Proxy'))?.[1]);
    expect(limit * Number(write)).toBeLessThan((TASK_MIB * 1024) / 2);
  });

  test('the limit is far above what a busy proxy works on', async () => {
    const [most] = await said(`
end, most = time.monotonic() + 3, 0
def client():
    c, i = connect(), 0
    while time.monotonic() < end: i += 1; ask(put(f'k{i % 100}') if i % 10 == 0 else f'mg k{i % 100}\\r\\n', c)
clients = [threading.Thread(target=client) for _ in range(64)]
for each in clients: each.start()
while time.monotonic() < end: most = max(most, int(stats().get('proxy_req_active', 0)))
for each in clients: each.join()
say(most <= 66, most)`);
    expect(most).toMatch(/^True /);
  });
});

describe('a client that asks for large values and does not read them', () => {
  const act = `
say(first(put('big', 'x' * 500_000)), first(put('k')))
until(lambda: all(ask('mg big\\r\\n', connect(${NODE_PORT}, f'127.0.1.{i}')) == 'HD\\r\\n' for i in (1, 2, 3)))
greedy = connect(); greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
greedy.sendall(b'get big\\r\\n' * 300)
answers = Counter()
for i in range(100): answers[first('get k\\r\\n')] += 1; answers[first(put('k'))] += 1; time.sleep(0.02)
say(answers['VALUE k 0 1'] + answers['STORED'] >= 195, answers.keys() - {'VALUE k 0 1', 'STORED', 'SERVER_ERROR backend failure'})
say(mebibytes() < 60)
greedy.close()
say(until(lambda: int(stats('proxy')['buffer_memory_used']) < 100_000 and stats('proxy')['user_debts_owed'] == '0'))`;
  const kept = ['STORED STORED', 'True set()'];

  test('takes no more than the limit, and others are answered', async () => {
    const small = (script: string): string => script.replace(BUFFERS, ', buffer_memory_limit = 20000');
    expect(await said(act, small)).toEqual([...kept, 'True', 'True']);
  });

  test('without the limit, takes what it asks for', async () => {
    expect((await said(act, (script) => script.replace(BUFFERS, '')))[2]).toBe('False');
  });
});

test('a limit of requests to one node would take a busy node for a lost one: there is none', async () => {
  const act = `
answers = counts(burst([put(f'k{i}') for i in range(200)]))
say(noted() > 0, answers)`;
  expect(await said(act)).toEqual(["False {'STORED': 200}"]);
  const limited = (script: string): string => script.replace('pools {', 'mcp.backend_depth_limit(4)\npools {');
  expect((await said(act, limited))[0]).toMatch(/^True /);
});

test('more connections than a proxy takes: those that it has are answered, and its health check goes on', async () => {
  const act = `
held = [connect() for _ in range(30)]
say(Counter(ask('get k\\r\\n', c).strip() for c in held) == {'END': 30})
more = [connect() for _ in range(80)]
for c in more: c.sendall(b'get k\\r\\n')
answers = Counter(c.recv(100).decode().strip() for c in more)
say(answers['ERROR Too many open connections'] > 20, answers.keys() - {'END', 'ERROR Too many open connections', ''})
say(Counter(ask('get k\\r\\n', c).strip() for c in held) == {'END': 30})
say(first('version\\r\\n'))
for c in more: c.close()
say(until(lambda: first('get k\\r\\n') == 'END'))`;
  expect(await said(act, (script) => script.replace('-c 8192', '-c 100'))).toEqual([
    'True',
    'True set()',
    'True',
    'ERROR Too many open connections',
    'True',
  ]);
});

test('a full cache takes new values, and others are answered', async () => {
  const act = `
say(first(put('small')))
big, c = 'x' * 100_000, connect()
answers = Counter(ask(put(f'k{i}', big), c) for i in range(900))
say(dict(answers), len(ask('get k899\\r\\n', c, b'END\\r\\n')) > 100_000, first(put('small')), noted())
say(int([line for line in ask('stats\\r\\n', connect(${NODE_PORT}, '127.0.1.1'), b'END\\r\\n').split('\\r\\n') if ' evictions ' in line][0].split()[2]) > 100)`;
  expect(await said(act)).toEqual(['STORED', "{'STORED\\r\\n': 900} True STORED 0", 'True']);
});

describe('a node that is slow', () => {
  /** It stands still for 0.1 s, runs for 0.02 s, and so on: it answers within the time that it has. */
  const act = `
of = {1: [], 2: [], 3: []}
for i in range(300): first(put(f'k{i}'))
for node in of:
    c = connect(${NODE_PORT}, f'127.0.1.{node}')
    of[node] = [f'k{i}' for i in range(300) if ask(f'mg k{i}\\r\\n', c) == 'HD\\r\\n']
done, answers, end = Counter(), Counter(), time.monotonic() + 4
def client(node):
    c, i = connect(), 0
    while time.monotonic() < end:
        i += 1; key = of[node][i % len(of[node])]
        answers[ask(put(key) if i % 4 == 0 else f'mg {key}\\r\\n', c)] += 1
        done[node] += 1; time.sleep(0.002)
clients = [threading.Thread(target=client, args=(node,)) for node in of for _ in range(4)]
for each in clients: each.start()
while time.monotonic() < end:
    hang(NODES[:1]); time.sleep(0.1); wake(NODES[:1]); time.sleep(0.02)
for each in clients: each.join()
say(answers.keys() - {'HD\\r\\n', 'STORED\\r\\n'}, done[2] > 3 * done[1], done[3] > 3 * done[1], dict(done))`;

  test('slows no request for the keys of others', async () => {
    expect((await said(act, undefined, sharded))[0]).toMatch(/^set\(\) True True /);
  });
});
