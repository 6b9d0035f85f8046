"""Ends, or lets a part of it end, in one of several ways, while functions of it are patched.

The first word of the command line says how; it goes on when it can read the second, a pipe.
"""

import ctypes
import multiprocessing
import os
import sys
import threading
import warnings
from pathlib import Path

CALLS = 100


def function():
    pass


def generator():
    yield


class Finalised:
    def __del__(self):
        function()


def call():
    for _ in range(CALLS):
        function()


def as_child(end):
    """Forks a child that calls as well and ends by `end`; gives its exit status."""
    child = os.fork()
    if child == 0:
        call()
        end()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def forks():
    """Three children that end in different ways, one of them forked in another thread."""
    statuses = [as_child(lambda: os._exit(3)), as_child(lambda: sys.exit(4))]
    thread = threading.Thread(
        target=lambda: statuses.append(as_child(lambda: os._exit(5)))
    )
    thread.start()
    thread.join()
    call()
    print(statuses, flush=True)


def falls_off():
    """A child that ends as the program does, with its patches in place."""
    child = os.fork()
    call()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def processes():
    """Children of `multiprocessing`: only what is forked from here is counted here."""
    for method in ("fork", "forkserver", "spawn"):
        context = multiprocessing.get_context(method)
        process = context.Process(target=call)
        process.start()
        process.join()
        print(method, process.exitcode, flush=True)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(len, ["a", "bc"]), flush=True)
        pool.starmap(call, [()] * 4)


def goes_at_once():
    call()
    os._exit(7)


def exits():
    sys.exit(7)


def crashes():
    call()
    ctypes.string_at(0)


def raises():
    raise LookupError("on purpose")


def leaves_things_behind():
    """Threads that call on, a generator in the middle of its body, and objects to be finalised."""
    global suspended, finalised
    for _ in range(3):
        threading.Thread(target=call_for_ever, daemon=True).start()
    suspended, finalised = generator(), Finalised()
    next(suspended)


def call_for_ever():
    while True:
        function()


if __name__ == "__main__":
    # Since 3.12, of any process with more than one thread.
    warnings.filterwarnings("ignore", ".*use of fork", DeprecationWarning)
    print("ready", flush=True)
    Path(sys.argv[2]).read_text()
    globals()[sys.argv[1]]()
