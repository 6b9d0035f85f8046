"""Reports every child that it is told of, in each way there is, until it is interrupted."""

import os
import resource
import signal
import threading
import time


def told(number: int, _: object) -> None:
    print(f"told of a child by signal {number}", flush=True)


def wait() -> None:
    while True:
        try:
            print("waited for", os.wait(), flush=True)
        except ChildProcessError:
            time.sleep(0.0001)


signal.signal(signal.SIGCHLD, told)
threading.Thread(target=wait, daemon=True).start()
print("ready", flush=True)
try:
    while True:
        time.sleep(1)
except KeyboardInterrupt:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("children used", used.ru_utime + used.ru_stime, "and", used.ru_minflt, flush=True)
