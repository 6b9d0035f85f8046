"""Runs in one of several ways until it is interrupted, and says when its last lines run."""

import asyncio
import atexit
import ctypes
import itertools
import os
import signal
import subprocess
import sys
import threading
import time

# Each line by one call of the system, also where nothing is buffered.
atexit.register(print, "atexit ran\n", end="", flush=True)


def ready() -> None:
    print("ready\n", end="", flush=True)


def sleeping() -> None:
    ready()
    time.sleep(1000)


def busy() -> None:
    ready()
    while True:
        pass


def deadlocked() -> None:
    lock = threading.Lock()
    ready()
    with lock:
        lock.acquire()


def swallowing() -> None:
    told = False
    while True:
        try:
            if not told:
                told = True
                ready()
            time.sleep(1000)
        except BaseException:  # noqa: BLE001, S110
            pass


def swallowing_aloud() -> None:
    ready()
    while True:
        try:
            time.sleep(1000)
        except BaseException:  # noqa: BLE001
            print("swallowed", flush=True)


def swallows_interrupts() -> None:
    told = False
    while True:
        try:
            if not told:
                told = True
                ready()
            while True:
                pass
        except KeyboardInterrupt:
            pass


def ignoring_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    busy()


def asynchronous() -> None:
    async def main() -> None:
        ready()
        await asyncio.sleep(1000)

    asyncio.run(main())


def threaded() -> None:
    threading.Thread(target=busy).start()


def hanging_exit_handler() -> None:
    atexit.register(time.sleep, 1000)
    sleeping()


class Looping:
    def __del__(self) -> None:
        while True:
            pass


def looping_finaliser() -> None:
    sys.modules["kept to the end"] = Looping()
    sleeping()


def ended_looping_finaliser() -> None:
    sys.modules["kept to the end"] = Looping()
    ready()


class Slow:
    """Takes longer than the shell waits for a program that it has interrupted."""

    def __del__(self) -> None:
        time.sleep(2.5)
        print("finalised", flush=True)


def slow_finaliser() -> None:
    sys.modules["kept to the end"] = Slow()
    ready()


def keeping_interpreter() -> None:
    # It must not say so before: a `PyDLL` keeps the interpreter while it writes, and C goes on from there.
    write = ctypes.PyDLL(None).write
    said = map(write, [1], [b"ready\n"], [len(b"ready\n")])
    sum(itertools.chain(said, itertools.repeat(0)))


def leaving_child() -> None:
    subprocess.Popen(["sleep", "30"])
    sleeping()


def leaving_forked() -> None:
    child = subprocess.Popen(["sleep", "30"])
    forked = os.fork()
    if forked == 0:
        time.sleep(30)
        os._exit(0)
    print("children", child.pid, forked, flush=True)
    swallows_interrupts()


def timed() -> None:
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
    sleeping()


def exits() -> None:
    ready()
    sys.exit(3)


def raises() -> None:
    ready()
    raise ValueError("on purpose")


try:
    globals()[sys.argv[1]]()
finally:
    print("finally ran\n", end="", flush=True)
