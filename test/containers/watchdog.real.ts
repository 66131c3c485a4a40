import { containerScript } from '../../lib/containers/script';
import type { ContainerSpecification } from '../../lib/containers/specification';
import { runTool } from '../../rehearsal/tools/run-tool';

const CLUSTER = 'Shop-Cache';
const PORT = 11299;

/** What the tests do beside the container's first process. `kill(-1)` spares its caller and the first process. */
const HELPERS = `
import os, signal, socket, subprocess, sys, time
t0 = time.monotonic()
def pids(name):
    found = []
    for each in os.listdir('/proc'):
        try:
            if each.isdigit() and open(f'/proc/{each}/comm').read().strip() == name: found.append(int(each))
        except OSError: pass
    return found
def connect(): return socket.create_connection(('127.0.0.1', ${PORT}), timeout=1)
def ask(text, connection=None):
    c = connection or connect()
    c.sendall(text.encode() + b'\\r\\n')
    said = c.recv(4096).decode()
    if not connection: c.close()
    return said
def until(seconds, f):
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        try:
            if f(): return time.monotonic() - start
        except OSError: pass
        time.sleep(0.01)
    say(f'gave up after {seconds} s')
    return None
def parent(pid): return int(open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[1])
def say(text): print('{"message":"' + str(text) + '"}', flush=True)
def up(): return ask('version').startswith('VERSION')
def fill(): until(5, up); ask('set k 0 0 5\\r\\nvalue')
def empty(): return ask('get k') == 'END\\r\\n'
def stop(): os.kill(1, signal.SIGTERM)
def watchdog():
    found = []
    def seen(): # between two naps, for which its output is elsewhere
        found[:] = [p for p in pids('sh') if parent(p) == 1 and os.readlink(f'/proc/{p}/fd/1') == '/tmp/log']
        return len(found) == 1
    until(5, seen)
    return found[0]
fill()
time.sleep(1) # the watchdog has seen it answer
def settle(): time.sleep(5) # and no longer takes it for one that hangs as soon as it starts
first = pids('memcached')
`;

interface Outcome {
  readonly code: number;
  readonly messages: string[];
}

function scriptOf(command: string, fence = true): string {
  const specification = { process: 'memcached', role: 'node', command, watchdog: { port: PORT, fence } };
  return containerScript(specification as ContainerSpecification, CLUSTER);
}

/** Runs a watched process as the first of its namespace, as a container's is, and Python beside it. */
async function container(command: string, act = '', script = scriptOf(command)): Promise<Outcome> {
  const before = `
    mkdir /tmp/bin; for name in awk cat nc sh sleep timeout; do ln -s /usr/bin/busybox /tmp/bin/$name; done
    ulimit -n $(ulimit -Hn)
    [ ! -s /tmp/act.py ] || PATH=/usr/bin python3 /tmp/act.py &
    PATH=/tmp/bin:$PATH; exec sh /tmp/script`;
  const { code, stdout, stderr } = await runTool(['sh', '-c', before], {
    files: { '/tmp/act.py': act && HELPERS + act, '/tmp/script': script, '/tmp/idle.py': SERVER },
    timeoutMs: 60_000,
  });
  const messages = stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).message as string);
  return { code, messages: stderr === '' ? messages : [...messages, stderr] };
}

/** Answers `version` so many times and then no more; ends after so many seconds, or some after it is asked to. */
const SERVER = `
import signal, socket, sys, threading, time
answers, seconds, stopping = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
def stop(*_):
    global answers
    answers = 0
    time.sleep(stopping)
    print('saved', flush=True)
    sys.exit(5)
signal.signal(signal.SIGTERM, stop)
server = socket.create_server(('127.0.0.1', ${PORT}), backlog=64)
server.settimeout(0.05)
kept, end = [], time.monotonic() + seconds
while time.monotonic() < end:
    try: c = server.accept()[0]
    except TimeoutError: continue
    kept.append(c)
    if answers > 0:
        answers -= 1
        c.sendall(b'VERSION 1\\r\\n')
        c.close()
sys.exit(7)
`;

const MEMCACHED = `exec memcached -p ${PORT}`;
const HUNG = 'watchdog: the process hung, it is ended and starts again';
const measured = (messages: string[], name: string): number =>
  Number(new RegExp(`${name} (\\S+)`).exec(messages.join('\n'))![1]);

describe('a node whose memcached hangs', () => {
  test.concurrent('is back within seconds, empty, and at the same place', async () => {
    const { code, messages } = await container(
      MEMCACHED,
      `settle()
os.kill(first[0], signal.SIGSTOP)
say(f'ended after {until(9, lambda: first != pids("memcached"))}')
say(f'answers after {until(9, up)}')
say(f'empty {empty()}')
stop()`,
    );
    expect(messages).toContain(HUNG);
    expect(messages).toContain('empty True');
    expect(measured(messages, 'ended after')).toBeLessThan(4); // 3 on a computer that is not busy
    expect(code).toBe(0);
  });

  test.concurrent('time and again is left to its host, which may move it, however long it takes to start', async () => {
    const { code, messages } = await container('sleep 4; exec python3 /tmp/idle.py 1 30 0');
    expect({ code, messages }).toEqual({ code: 137, messages: [HUNG] });
  });

  test.concurrent('before it ever answered is left to its host', async () => {
    const { code, messages } = await container('exec python3 /tmp/idle.py 0 6 0');
    expect({ code, messages }).toEqual({ code: 7, messages: [] });
  });
});

describe('a node that is slow is not ended', () => {
  const survives = (act: string, command = MEMCACHED, script = scriptOf(command)) =>
    container(
      command,
      `${act}
say(f'still {first == pids("memcached")} {not empty()}')
stop()`,
      script,
    );

  test('at its connection limit, under load', async () => {
    const { messages } = await survives(
      `held = []
for i in range(100):
    try: held.append(connect())
    except OSError: pass
refused, served = 0, 0
end = time.monotonic() + 6
while time.monotonic() < end:
    for c in held:
        try:
            if ask('get k', c).startswith('VALUE'): served += 1
            else: refused += 1
        except OSError: refused += 1
        if time.monotonic() > end: break
say(f'served {served > 1000} refused {refused > 10} {ask("version").strip()}')
for c in held: c.close()
time.sleep(0.5)`,
      `${MEMCACHED} -c 64`,
    );
    expect(messages).toEqual(['served True refused True ERROR Too many open connections', 'still True True']);
  });

  test('starved of CPU', async () => {
    const { messages } = await survives(
      `subprocess.run(['chrt', '--all-tasks', '--idle', '--pid', '0', str(first[0])], check=True)
hogs = [subprocess.Popen(['sh', '-c', 'while :; do :; done']) for _ in range(8 * os.cpu_count())]
end, late = time.monotonic() + 15, 0
while time.monotonic() < end:
    try: ask('version')
    except OSError: late += 1
for hog in hogs: hog.kill()
until(9, up)
say(f'late {late >= 3}')`,
    );
    expect(messages).toEqual(['late True', 'still True True']);
  });

  test.concurrent('while its watchdog stands still alone', async () => {
    const { messages } = await survives(
      `watch = watchdog()
os.kill(watch, signal.SIGSTOP)
time.sleep(5)
os.kill(watch, signal.SIGCONT)
time.sleep(2)`,
    );
    expect(messages).toEqual(['still True True']);
  });

  test.concurrent('wherever its watchdog is when it stands still alone', async () => {
    const { script, places } = stopping(scriptOf(MEMCACHED));
    const { messages } = await survives(
      `watch = watchdog()
def stopped(): return open(f'/proc/{watch}/stat').read().rsplit(')', 1)[1].split()[0] == 'T'
for place in range(${places}):
    open(f'/tmp/stop{place}', 'w').close()
    until(5, stopped)
    os.remove(f'/tmp/stop{place}')
    time.sleep(3.5) # longer than it may sleep
    os.kill(watch, signal.SIGCONT)
    time.sleep(1)`,
      MEMCACHED,
      script,
    );
    expect(messages).toEqual(['still True True']);
  });
});

/** The script with places in the watchdog's look, at each of which it stops itself when a file asks for it. */
function stopping(script: string): { script: string; places: number } {
  const [before, rest] = script.split('look() {\n', 2) as [string, string];
  const end = rest.indexOf('\n}\n');
  let places = 0;
  const look = rest
    .slice(0, end)
    .replace(/^(?=beats|read|last|while)|(?<= && )(?=read -r stat)/gm, (_, at: number, text: string) => {
      const halt = `halt ${places++}`;
      return text.startsWith('read -r stat', at) ? `${halt} && ` : `${halt}\n`;
    });
  const halt = 'halt() { [ ! -e /tmp/stop$1 ] || { read -r self rest < /proc/self/stat; kill -STOP $self; }; }';
  return { script: `${before}${halt}\nlook() {\n${look}${rest.slice(end)}`, places };
}

/** Everything but its caller stands still for so many seconds; then a client that is connected already asks on and on. */
const standStill = (seconds: number) => `settle()
c = connect()
os.kill(-1, signal.SIGSTOP)
time.sleep(${seconds})
os.kill(-1, signal.SIGCONT)
resumed, stale, answers = time.monotonic(), 0, 0
try:
    while time.monotonic() - resumed < 3:
        if 'value' not in ask('get k', c): break
        stale, answers = time.monotonic() - resumed, answers + 1
        if ${seconds} < 3: break
except OSError: pass
say(f'stale for {stale * 1000:.1f} ms, {answers} answers')
until(9, up)
say(f'empty {empty()}')
stop()`;

describe('a node that stood still', () => {
  test('is ended before it serves for long, and comes back empty', async () => {
    const { messages } = await container(MEMCACHED, standStill(4));
    expect(messages).toContain('watchdog: the process stood still for 4 s, it is ended and starts again');
    expect(messages).toContain('empty True');
    expect(measured(messages, 'stale for')).toBeLessThan(200);
  });

  test.concurrent('for a moment keeps what it has', async () => {
    const { messages } = await container(MEMCACHED, standStill(1.5));
    expect(messages).toEqual([expect.stringContaining('1 answers'), 'empty False']);
  });

  test.concurrent('keeps what it has when nothing there can be stale', async () => {
    const { messages } = await container(
      MEMCACHED,
      standStill(4).replace('< 3: break', '> 3: break'),
      scriptOf(MEMCACHED, false),
    );
    expect(messages).toEqual([expect.stringContaining('1 answers'), 'empty False']);
  });
});

test('a process that is asked to stop has its time, though it answers no more', async () => {
  const act = 'stop()';
  const { code, messages } = await container('exec python3 /tmp/idle.py 1000 30 4', act);
  expect({ code, messages }).toEqual({ code: 5, messages: ['saved'] });
});
