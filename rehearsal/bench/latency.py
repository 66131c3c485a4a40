# How long operations take: HOST PORT SECONDS CONNECTIONS. One connection has one operation after the other. Of many, five send
# each millisecond: the load does not depend on the answers. Says in JSON how long they took, in microseconds.
import json, selectors, socket, sys, time

host, port, seconds, count = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
KEYS, BATCH, TICK = 1000, 5, 0.001
value = b'v' * 100


def connect():
    connection = socket.create_connection((host, port), 5)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def key(i):
    return b'latency-%06d' % (i % KEYS)


# As in the other loads, one set among thirty-one.
def request(i):
    return b'get %s\r\n' % key(i * 7) if i % 31 else b'set %s 0 0 100\r\n%s\r\n' % (key(i), value)


def is_whole(said):
    return said.endswith(b'END\r\n') or said == b'STORED\r\n'


def ask(connection, text):
    connection.sendall(text)
    said = b''
    while not is_whole(said):
        part = connection.recv(65536)
        if not part or b'ERROR' in said:
            raise SystemExit('the server answered %r' % (said + part))
        said += part


def one_after_the_other(connection, took):
    end, i = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        i += 1
        start = time.perf_counter_ns()
        ask(connection, request(i))
        took.append(time.perf_counter_ns() - start)


def at_a_pace(connections, took):
    waiting, idle, sent, said = selectors.EpollSelector(), list(connections), {}, {}
    for connection in connections:
        waiting.register(connection, selectors.EVENT_READ)
    begin, i, ticks = time.perf_counter(), 0, 0
    while time.perf_counter() < begin + seconds or sent:
        if time.perf_counter() > begin + seconds + 5:
            raise SystemExit('%d requests have no answer' % len(sent))
        due = int((min(time.perf_counter(), begin + seconds) - begin) / TICK) + 1
        if due > ticks:
            ticks = due
            for connection in idle[:BATCH]:
                i += 1
                sent[connection], said[connection] = time.perf_counter_ns(), b''
                connection.sendall(request(i))
            del idle[:BATCH]
        for each, _ in waiting.select(max(0, begin + ticks * TICK - time.perf_counter())):
            connection = each.fileobj
            said[connection] += connection.recv(65536)
            if is_whole(said[connection]):
                took.append(time.perf_counter_ns() - sent.pop(connection))
                idle.append(connection)


first, took = connect(), []
for i in range(KEYS):
    ask(first, b'set %s 0 0 100\r\n%s\r\n' % (key(i), value))
if count == 1:
    one_after_the_other(first, took)
else:
    at_a_pace([connect() for _ in range(count)], took)
took.sort()
at = lambda share: took[min(len(took) - 1, int(len(took) * share))] / 1000
print(json.dumps({'operations': len(took), 'p50': at(0.5), 'p99': at(0.99), 'p999': at(0.999)}))
