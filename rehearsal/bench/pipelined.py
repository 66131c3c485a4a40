# Gets that are sent twenty at once, each a request of its own: SERVERS CONNECTIONS BATCHES. A connection has one batch under way
# and belongs to one server. The same work for every path. Says in JSON how many gets were answered, and in how many seconds.
import json, selectors, socket, sys, time

servers = [each.rsplit(':', 1) for each in sys.argv[1].split(',')]
count, batches = int(sys.argv[2]), int(sys.argv[3])
AT_ONCE, KEYS = 20, 500
value = b'v' * 100


def key(i):
    return b'pipelined-%014d' % (i % KEYS)


def connect(i):
    connection = socket.create_connection(servers[i % len(servers)], 5)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def fill(connection):
    said = connection.makefile('rb')
    for i in range(KEYS):
        connection.sendall(b'set %s 0 0 100\r\n%s\r\n' % (key(i), value))
        answer = said.readline()
        if answer != b'STORED\r\n':
            raise SystemExit('the server answered %r to a set' % answer)


def batch(i):
    return b''.join(b'get %s\r\n' % key(i * 7 + j * 13) for j in range(AT_ONCE))


for i in range(len(servers)):
    fill(connect(i))
texts = [batch(i) for i in range(KEYS)]
size = AT_ONCE * len(b'VALUE %s 0 100\r\n%s\r\nEND\r\n' % (key(0), value))
waiting, missing, sent = selectors.EpollSelector(), {}, 0


def send(connection):
    global sent
    if sent == batches:
        return
    missing[connection] = size
    connection.sendall(texts[sent % KEYS])
    sent += 1


connections = [connect(i) for i in range(count)]
for connection in connections:
    waiting.register(connection, selectors.EVENT_READ)
begin, done = time.perf_counter(), 0
for connection in connections:
    send(connection)
while done < batches:
    for each, _ in waiting.select(5) or [(None, None)]:
        if each is None:
            raise SystemExit('%d batches have no answer' % (sent - done))
        connection = each.fileobj
        part = connection.recv(65536)
        missing[connection] -= len(part)
        if not part or missing[connection] < 0 or (missing[connection] == 0 and not part.endswith(b'END\r\n')):
            raise SystemExit('the server answered %r' % part[-100:])
        if missing[connection] == 0:
            done += 1
            send(connection)
print(json.dumps({'operations': done * AT_ONCE, 'perSecond': done * AT_ONCE / (time.perf_counter() - begin)}))
