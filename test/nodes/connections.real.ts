import { MemcachedNodes } from '../../lib';
import { run } from '../real-cluster';

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
