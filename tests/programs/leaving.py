"""Runs in one of several ways until it is interrupted, and says when its last lines run."""

import atexit
import sys
import threading
import time

atexit.register(print, "atexit ran", flush=True)


def sleeping() -> None:
    time.sleep(1000)


def busy() -> None:
    while True:
        pass


def deadlocked() -> None:
    lock = threading.Lock()
    with lock:
        lock.acquire()


def swallowing() -> None:
    while True:
        try:
            time.sleep(1000)
        except BaseException:  # noqa: BLE001, S110
            pass


def swallows_interrupts() -> None:
    while True:
        try:
            while True:
                pass
        except KeyboardInterrupt:
            pass


def exits() -> None:
    sys.exit(3)


def raises() -> None:
    raise ValueError("on purpose")


print("ready", flush=True)
try:
    globals()[sys.argv[1]]()
finally:
    print("finally ran", flush=True)
