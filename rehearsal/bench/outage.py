# Clients of several paths while a node is lost. Reads a job in JSON, and a line when the node has been gone for long enough.
import binascii, json, random, socket, sys, threading, time

job = json.loads(sys.stdin.readline())
# Keys that are stored before and read after, and others that are used meanwhile.
KEYS, USED, TOGETHER = 20000, 500, 50
CLIENTS, PAUSE, OPERATIONS_OF_A_CONNECTION, SLOW, TIMEOUT = 6, 0.02, 20, 0.3, 1.0
stopping = threading.Event()


def connect(server):
    connection = socket.create_connection(tuple(server), TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(TIMEOUT)
    return connection


# Sends requests in one go, and gives back what was said when all have an answer.
def ask(connection, requests, end):
    connection.sendall(b''.join(requests))
    said = b''
    while said.count(end) + said.count(b'ERROR') < len(requests):
        part = connection.recv(1 << 20)
        if not part:
            raise OSError('the connection ended')
        said += part
    return said


# A client that hashes for itself, over the servers that are left. Elsewhere the keys of a connection are together.
def groups(path, servers):
    names = [b'%s-%06d' % (path.encode(), i) for i in range(KEYS)]
    for first in range(0, KEYS, TOGETHER):
        some = names[first : first + TOGETHER]
        for server in servers:
            of = [name for name in some if servers[binascii.crc32(name) % len(servers)] == server] if path == 'modulo' else some
            if of:
                yield server, of


def store(path, servers):
    for server, names in groups(path, servers):
        with connect(server) as connection:
            ask(connection, [b'set %s 0 0 5\r\nvalue\r\n' % name for name in names], b'STORED\r\n')


def sweep(path, servers):
    hits = 0
    for server, names in groups(path, servers):
        for attempt in range(2):
            try:
                with connect(server) as connection:
                    hits += ask(connection, [b'get %s\r\n' % name for name in names], b'END\r\n').count(b'VALUE ')
                break
            except OSError:
                pass
    return hits / KEYS


# A new connection now and then, as a program without a pool has it. What fails is tried once more on another.
class Client:
    def __init__(self, server):
        self.server, self.connection, self.uses = server, None, 0

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def operate(self, request, end):
        for attempt in range(2):
            try:
                self.uses += 1
                if self.uses % OPERATIONS_OF_A_CONNECTION == 0:
                    self.close()
                self.connection = self.connection or connect(self.server)
                said = ask(self.connection, [request], end)
                if b'ERROR' not in said:
                    return 'retry' if attempt else None
            except OSError:
                pass
            self.close()
        return 'error'


def use(path, servers, result):
    client = Client(servers[0])
    while not stopping.is_set():
        name = b'%s-used-%06d' % (path.encode(), random.randrange(USED))
        start = time.time()
        if random.random() < 0.9:
            kind = client.operate(b'get %s\r\n' % name, b'END\r\n')
        else:
            kind = client.operate(b'set %s 0 0 5\r\nvalue\r\n' % name, b'STORED\r\n')
        if kind is None and time.time() - start > SLOW:
            kind = 'slow'
        result['operations'] += 1
        if kind:
            result['events'].append({'at': time.time() * 1000, 'kind': kind})
        time.sleep(PAUSE)


results, threads = {}, []
for path, servers in job['paths'].items():
    store(path, servers)
    results[path] = {'events': [], 'operations': 0}
    for _ in range(0 if path == 'modulo' else CLIENTS):
        threads.append(threading.Thread(target=use, args=(path, servers, results[path]), daemon=True))
for thread in threads:
    thread.start()
print('ready', flush=True)
sys.stdin.readline()
stopping.set()
for thread in threads:
    thread.join(5)
for path, servers in job['paths'].items():
    results[path]['hitRatio'] = sweep(path, job['left'] if path == 'modulo' else servers)
print(json.dumps(results), flush=True)
