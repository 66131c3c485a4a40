"""Tries a client library of Python: its name, its protocol and the servers are the arguments. A line tells of each
step; without the first three the others are not tried."""
import re
import sys


class Pymemcache:
    def __init__(self, protocol, servers):
        from pymemcache.client.hash import HashClient

        self.client = HashClient(servers, connect_timeout=1, timeout=1, retry_attempts=0, default_noreply=False)
        self.set, self.delete, self.incr = self.client.set, self.client.delete, self.client.incr

    def get(self, key):
        value = self.client.get(key)
        return value and value.decode()

    def get_multi(self, keys):
        return {key: value.decode() for key, value in self.client.get_many(keys).items()}


class Pylibmc:
    def __init__(self, protocol, servers):
        from pylibmc import Client

        self.client = Client(servers, binary=protocol == "binary")
        self.client.behaviors = {"ketama": True, "connect_timeout": 1000, "_poll_timeout": 1000}
        self.set, self.delete, self.incr = self.client.set, self.client.delete, self.client.incr
        self.get, self.get_multi = self.client.get, self.client.get_multi


def expect(got, wanted):
    if got != wanted:
        raise ValueError(f"got {got}, expected {wanted}")


def tell(step, work):
    try:
        work()
        print(f"{step}: ok", flush=True)
        return True
    except Exception as error:
        # pylibmc tells pointers and source lines too
        said = re.sub(r"^error.*?\) |,.*$", "", str(error))
        print(f"{step}: {said or type(error).__name__}", flush=True)
        return False


library, protocol, *servers = sys.argv[1:]
client = {"pymemcache": Pymemcache, "pylibmc": Pylibmc}[library](protocol, servers)
# So many keys that each of a few servers has some.
keys = [f"python-{library}-{protocol}-{i}" for i in range(8)]


def store_all():
    for key in keys:
        expect(bool(client.set(key, f"{key} stored")), True)


def get_all():
    for key in keys:
        expect(client.get(key), f"{key} stored")


def delete_all():
    for key in keys:
        client.delete(key)
    for key in keys:
        expect(client.get(key), None)


def get_multi():
    store_all()
    expect(client.get_multi(keys), {key: f"{key} stored" for key in keys})


def incr():
    client.set(keys[0], "5")
    expect(client.incr(keys[0], 1), 6)


if tell("set", store_all) and tell("get", get_all) and tell("delete", delete_all):
    tell("get-multi", get_multi)
    tell("incr", incr)
