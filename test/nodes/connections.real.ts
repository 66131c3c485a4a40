import { MemcachedNodes } from '../../lib';
import { commandOf, PRELUDE, run } from '../real-cluster';

/** The least connections that a node of so many threads may have, as the error says. */
function least(threads: number): number {
  try {
    MemcachedNodes.ec2({ threads, maxConnections: 1 });
  } catch (error) {
    const [, bound] = /between (\d+) and/.exec((error as Error).message)!;
    return Number(bound);
  }
  throw new Error('one connection was enough');
}

/** How many connections memcached takes, or that it does not start. */
const taken = (threads: number, connections: number): Promise<string> =>
  run(`
    ulimit -n $(ulimit -Hn)
    memcached -p 11300 -l 127.0.0.1 -t ${threads} -c ${connections} > /dev/null 2>&1 & memcached=$!
    cat > /tmp/connect.py << 'END'
import os, socket, sys, time
held, first = [], None
while first is None:
    try: first = socket.create_connection(('127.0.0.1', 11300))
    except OSError:
        try: os.kill(int(sys.argv[1]), 0)
        except OSError: print('does not start'); sys.exit()
        if open(f'/proc/{sys.argv[1]}/stat').read().rsplit(')', 1)[1].split()[0] == 'Z': print('does not start'); sys.exit()
        time.sleep(0.02)
c = first
while True:
    c.settimeout(5); c.sendall(b'mn\\r\\n')
    if not c.recv(100).startswith(b'MN'): break
    held.append(c)
    c = socket.create_connection(('127.0.0.1', 11300))
print(len(held))
END
    /usr/bin/python3 /tmp/connect.py $memcached
    kill $memcached 2> /dev/null || true`);

test.each([1, 2, 4, 16, 128])(
  '%d threads: a node with the least connections takes 32, or one less',
  async (threads) => {
    expect(['32\n', '31\n']).toContain(await taken(threads, least(threads)));
  },
);

test('with fewer than it keeps to itself, memcached would not start', async () => {
  expect(least(4)).toBe(60);
  expect(await taken(4, 28)).toBe('0\n');
  expect(await taken(4, 24)).toBe('does not start\n');
});

/** What a Python script says that runs beside a memcached with these options. */
const said = async (options: string, act: string): Promise<string[]> => {
  const out = await run(
    `${PRELUDE}
    ulimit -n $(ulimit -Hn)
    memcached ${options} & node=$!
    answers 0.1 11211
    cat > /tmp/act.py << 'END'
import os, select, signal, socket, sys, time
node = int(sys.argv[1])
def kibibytes(): return next(int(line.split()[1]) for line in open(f'/proc/{node}/status') if line.startswith('VmRSS'))
def connect(): return socket.create_connection(('127.0.0.1', 11211))
def stats():
    c, text = connect(), b''
    c.sendall(b'stats\\r\\n')
    while not text.endswith(b'END\\r\\n'): text += c.recv(65536)
    return dict(line.split(' ')[1:3] for line in text.decode().split('\\r\\n')[:-2])
def opened(count, sent=b''):
    held = [connect() for _ in range(count)]
    for c in held: c.sendall(sent)
    time.sleep(0.5)
    return held
# Half a request: 3,900 keys, and no end of the line.
HALF = b'get ' + b'a ' * 3900
${act}
END
    /usr/bin/python3 /tmp/act.py $node
    kill -9 $node`,
  );
  return out.trim().split('\n');
};

/** The options of a node of the smallest task, as synthesized. */
const smallest = (): string =>
  /exec memcached (.*)/.exec(
    commandOf({ nodes: MemcachedNodes.fargate({ cpu: 256, memoryLimitMiB: 512 }) }, 'Nodes'),
  )![1];

describe('memory', () => {
  test('of a connection: less than 1 KiB when it is idle, and the 16 KiB that are kept for it within a request', async () => {
    const [idle, half] = await said(
      '-m 64 -t 1 -c 4096 -b 4096',
      `before = kibibytes()
idle = opened(1000)
print((kibibytes() - before) / 1000)
before = kibibytes()
half = opened(1000, HALF)
print((kibibytes() - before) / 1000)`,
    );
    process.stderr.write(`an idle connection takes ${idle} KiB, one with half a request ${half} KiB\n`);
    expect(Number(idle)).toBeLessThan(1);
    expect(Number(half)).toBeGreaterThan(8);
    expect(Number(half)).toBeLessThan(16.5);
  });

  test('of a node of 512 MiB that is full of the smallest items and has all connections: it fits', async () => {
    const [before, after, evictions] = await said(
      smallest(),
      `c = connect()
for i in range(0, 4_400_000, 20_000): c.sendall(b''.join(b'set %d 0 0 1 noreply\\r\\n1\\r\\n' % j for j in range(i, i + 20_000)))
c.sendall(b'mn\\r\\n'); c.recv(100)
print(kibibytes() // 1024)
held = opened(980, HALF)
print(kibibytes() // 1024)
print(stats()['evictions'])`,
    );
    process.stderr.write(`a full node takes ${before} MiB, with all connections ${after} MiB\n`);
    expect(Number(evictions)).toBeGreaterThan(0);
    // The rest is for the shells beside it.
    expect(Number(after)).toBeLessThan(512 - 16);
  });
});

test('of many that come at once all can wait, and with the default of memcached a quarter', async () => {
  const waiting = `
os.kill(node, signal.SIGSTOP)
held, poll = [], select.poll()
for _ in range(4000):
    c = socket.socket(); c.setblocking(False); c.connect_ex(('127.0.0.1', 11211))
    held.append(c); poll.register(c, select.POLLOUT)
time.sleep(0.3)
print(sum(1 for _, event in poll.poll(0) if event == select.POLLOUT))`;
  expect(await said(smallest(), waiting)).toEqual(['4000']);
  const [few] = await said(smallest().replace('-b 4096', ''), waiting);
  expect(Number(few)).toBeLessThan(1100);
});
