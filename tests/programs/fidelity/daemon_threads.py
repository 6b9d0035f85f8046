"""Threads in the middle of calls, at which the interpreter ends."""

#: arguments
#: arguments exits
#: arguments raises

import atexit
import sys
import threading
import time

at_work = threading.Barrier(6)
never = threading.Event()


class Speaks:
    def __del__(self):
        print("goes", flush=True)


def call(depth):
    return depth and call(depth - 1)


def calls_for_ever():
    at_work.wait()
    while True:
        call(10)


def sleeps_deep(depth):
    if depth:
        return sleeps_deep(depth - 1)
    at_work.wait()
    time.sleep(1000)


def waits():
    try:
        at_work.wait()
        never.wait()
    finally:
        print("nobody ends this call", flush=True)


def yields():
    try:
        yield 1
        at_work.wait()
        never.wait()
        yield 2
    finally:
        print("a generator ends", flush=True)


def runs_a_generator():
    kept = Speaks()
    return sum(yields()), kept


def raises_for_ever():
    at_work.wait()
    while True:
        try:
            fails()
        except ValueError:
            call(2)


def fails():
    raise ValueError(Ellipsis)


@atexit.register
def at_exit():
    print("at exit", call(3), flush=True)


for target in (calls_for_ever, waits, runs_a_generator, raises_for_ever):
    threading.Thread(target=target, daemon=True).start()
threading.Thread(target=sleeps_deep, args=(100,), daemon=True).start()
suspended = yields()
next(suspended)
at_work.wait()
print("the end", flush=True)
if "exits" in sys.argv:
    sys.exit(4)
if "raises" in sys.argv:
    raise ValueError("on purpose")
