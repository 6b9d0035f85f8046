"""Does one of the things that take a shell with them that is not careful."""

import os
import signal
import subprocess
import sys
import time


def sleep_until_interrupted() -> None:
    """Looks at its signals again: one that comes just before a sleep does not end it."""
    while True:
        time.sleep(0.01)


def environment() -> None:
    while True:
        for number in range(50):
            os.environ[f"HOSTILE_{number}"] = "x" * number
        for number in range(50):
            del os.environ[f"HOSTILE_{number}"]


def excepthook() -> None:
    sys.excepthook = lambda *_: sys.exit(5)
    raise ValueError("on purpose")


def forked_child() -> None:
    seen, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(says, b"here")
        sleep_until_interrupted()
    os.read(seen, 4)
    os.kill(child, signal.SIGINT)
    os.waitpid(child, 0)


def child_that_faults() -> None:
    for fault in (signal.SIGSEGV, signal.SIGBUS):
        child = os.fork()
        if child == 0:
            signal.raise_signal(fault)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(signal.getsignal(fault), os.WTERMSIG(status) == fault, flush=True)


def interrupted_by_child() -> None:
    own, (told, tell) = os.getpid(), os.pipe()
    if os.fork() == 0:
        os.close(tell)
        os.read(told, 1)
        os.kill(own, signal.SIGINT)
        os.read(told, 1)
        os._exit(0)
    try:
        os.write(tell, b"!")
        sleep_until_interrupted()
    except KeyboardInterrupt:
        print("caught", flush=True)


def interrupts_itself() -> None:
    for interrupt in (
        lambda: signal.raise_signal(signal.SIGINT),
        lambda: os.kill(os.getpid(), signal.SIGINT),
    ):
        try:
            interrupt()
            time.sleep(1000)
        except KeyboardInterrupt:
            print("caught", flush=True)


def signals_its_group() -> None:
    heard = []
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, lambda number, _: heard.append(number))
    os.kill(0, signal.SIGUSR1)
    # What another process sends to the parent is for this one, and arrives later.
    subprocess.run(["sh", "-c", f"kill -USR2 {os.getppid()}"], check=True)
    while signal.SIGUSR2 not in heard:
        time.sleep(0.001)
    print(*[number.name for number in map(signal.Signals, heard)], flush=True)


print("ready", flush=True)
globals()[sys.argv[1]]()
