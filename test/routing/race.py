"""Deletes through one proxy what another is copying to the node of its zone, and looks for what should be gone.

Arguments: the node that lacks the keys, the proxy of its zone, another proxy, each as host:port; then the seconds to wait.
Says how many keys were copied before their delete, how many are there after the wait, and in milliseconds how long after the
answer to its delete a key was last found.
"""

import random
import socket
import sys
import threading
import time

THREADS, KEYS = 16, 25
SPREAD, WATCH = 0.1, 0.1  # seconds: a tick and a little more

places = [place.split(":") for place in sys.argv[1:4]]
found, risen, copied = [0], [], []


class Talk:
    def __init__(self, place):
        self.file = socket.create_connection((place[0], int(place[1]))).makefile("rwb", 0)

    def ask(self, text):
        self.file.write(text.encode() + b"\r\n")
        return self.file.readline()

    def holds(self, key):
        if self.ask("get " + key) == b"END\r\n":
            return False
        self.file.readline()
        self.file.readline()
        return True


def race(name):
    node, near, far = [Talk(place) for place in places]
    keys = [f"race{name}.{i}" for i in range(KEYS)]
    for key in keys:
        far.ask(f"set {key} 0 0 3\r\nold")
        node.ask(f"delete {key}")
        near.holds(key)
        time.sleep(random.random() * SPREAD)
        if node.holds(key):
            copied.append(key)
        far.ask(f"delete {key}")
        answered = time.monotonic()
        while time.monotonic() < answered + WATCH:
            for proxy in (near, far):
                asked = time.monotonic()
                if proxy.holds(key):
                    found.append(asked - answered)
    time.sleep(float(sys.argv[4]))
    risen.extend(key for key in keys if near.holds(key))


threads = [threading.Thread(target=race, args=[i]) for i in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(copied), len(risen), round(max(found) * 1000))
