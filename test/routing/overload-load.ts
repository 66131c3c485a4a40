/** Python that loads a proxy at 127.0.0.1: `N1` to `N3` are the nodes' processes and `P` is the proxy's. */
export const LOAD = `
import os, selectors, signal, socket, subprocess, sys, threading, time
from collections import Counter
NODES = [int(os.environ[name]) for name in ('N1', 'N2', 'N3')]
PROXY = int(os.environ['P'])
def stands(node):
    threads = [open(f'/proc/{node}/task/{thread}/stat').read() for thread in os.listdir(f'/proc/{node}/task')]
    return all(thread.rsplit(') ', 1)[1].startswith('T') for thread in threads)
def hang(nodes):
    """A thread that runs on another processor goes on for a moment after the signal."""
    for node in nodes: os.kill(node, signal.SIGSTOP)
    while not all(stands(node) for node in nodes): time.sleep(0.001)
def wake(nodes): [os.kill(node, signal.SIGCONT) for node in nodes]
def connect(port=11211, host='127.0.0.1'):
    c = socket.create_connection((host, port), 5); c.settimeout(5); return c
def ask(text, c=None, end=b'\\r\\n'):
    own = c or connect(); own.sendall(text.encode())
    said = b''
    while not said.endswith(end):
        part = own.recv(1 << 20)
        if not part: break
        said += part
    if not c: own.close()
    return said.decode()
def first(text): return ask(text).split('\\r\\n')[0]
def put(key, value='1'): return f'set {key} 0 0 {len(value)}\\r\\n{value}\\r\\n'
def burst(texts, seconds=5):
    """Each text through a connection of its own, all at once: how often each first line came, and of which texts."""
    waiting, said = selectors.DefaultSelector(), {}
    connections = [connect() for _ in texts]
    for c, text in zip(connections, texts): waiting.register(c, selectors.EVENT_READ, text); c.sendall(text.encode())
    end = time.monotonic() + seconds
    while len(said) < len(texts) and time.monotonic() < end:
        for key, _ in waiting.select(0.1):
            said[key.data] = key.fileobj.recv(1 << 16).decode().split('\\r\\n')[0]
            waiting.unregister(key.fileobj); key.fileobj.close()
    return said
def counts(said): return dict(sorted(Counter(said.values()).items()))
def stats(what=''):
    said = ask(f'stats {what}\\r\\n' if what else 'stats\\r\\n', end=b'END\\r\\n')
    return dict(line.split(' ', 2)[1:] for line in said.split('\\r\\n') if line.startswith('STAT'))
def noted(): return int(stats('proxy')['user_debts_noted'])
def until(f, seconds=20):
    end = time.monotonic() + seconds
    while not f() and time.monotonic() < end: time.sleep(0.05)
    return f()
def kibibytes(which='VmRSS'): return int([line for line in open(f'/proc/{PROXY}/status') if line.startswith(which)][0].split()[1])
def mebibytes(): return kibibytes() // 1024
def say(*words): print(*words, flush=True)
`;

/** Shell in which the Python runs beside a cluster. */
export const python = (act: string): string => `
    ulimit -n $(ulimit -Hn)
    export N1=$node1 N2=$node2 N3=$node3 P=$(pgrep -f '^memcached .*tag_clock')
    cat > /tmp/load.py << 'PYTHON'
${LOAD}
${act}
PYTHON
    /usr/bin/python3 /tmp/load.py`;
