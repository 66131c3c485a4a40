# Follows the code of docs/connecting.md. Stores something again and again, but for a while when it is to be idle: a line for
# each operation.
import os
import sys
import time

quiet_from, quiet_until, end = (int(each) for each in os.environ["TIMES"].split(","))


def now():
    return int(time.time() * 1000)


def stored():
    try:
        return store()
    except Exception as error:
        print(now(), error, file=sys.stderr)
        return False


while now() < end:
    if now() > quiet_from:
        time.sleep(max(0, quiet_until - now()) / 1000)
    start, attempts, well = now(), 1, stored()
    while not well and attempts < 20:
        time.sleep(0.1)
        attempts, well = attempts + 1, stored()
    print(start, now(), attempts, "well" if well else "failed", flush=True)
    time.sleep(0.05)
