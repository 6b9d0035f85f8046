"""Functions that read the clock themselves, first and last; whoever calls them reads it around them.

What is recorded of a call lies in between: it begins before the first reading within and ends behind the
last one, but not outside those of the caller. So it is between two sums, whatever the machine does.
"""

import asyncio
import sys
import threading
import time
from time import perf_counter_ns as clock


class Sums:
    """Of the calls on one code object: nanoseconds, by the readings within and by those around."""

    def __init__(self):
        # Those that have ended, those that an exception has ended, and those that never end.
        self.calls = self.errors = self.open = 0
        self.within = self.around = 0
        # Suspended: by the readings around, which are less, and by those within.
        self.waiting_around = self.waiting_within = 0

    def add(self, other):
        for name, amount in vars(other).items():
            setattr(self, name, getattr(self, name) + amount)


class Tally(threading.local):
    """The sums of one thread by qualified name and line table, which differs when code is patched."""

    all = []

    def __init__(self):
        self.sums = {}
        self.last = None
        Tally.all.append(self.sums)

    def of(self, code):
        return self.sums.setdefault((code.co_qualname, code.co_linetable), Sums())


tally = Tally()


def note(within, *, is_error=False, waited=0):
    """At the end of a call."""
    sums = tally.last = tally.of(sys._getframe(1).f_code)
    sums.calls += 1
    sums.errors += is_error
    sums.within += within
    sums.waiting_within += waited


def around(function, *arguments):
    """Calls a function, and reads the clock around the call."""
    before = clock()
    try:
        return function(*arguments)
    finally:
        after = clock()
        tally.last.around += after - before


def spinning(turns):
    began = clock()
    total = 0
    for turn in range(turns):
        total += turn
    note(clock() - began)
    return total


def napping():
    began = clock()
    time.sleep(0.0003)
    note(clock() - began)


def recursive(depth):
    began = clock()
    result = depth and 1 + around(recursive, depth - 1)
    note(clock() - began)
    return result


def raising(depth):
    began = clock()
    try:
        if depth:
            around(raising, depth - 1)
        raise LookupError("storm")
    except LookupError:
        note(clock() - began, is_error=True)
        raise


def handling(depth):
    began = clock()
    try:
        around(raising, depth)
    except LookupError:
        note(clock() - began)
        return "handled"


def failing_at_once():
    note(0, is_error=True)
    raise ValueError("only errors are recorded of it")


def failing_now_and_then(number):
    is_error = number % 3 == 0
    note(0, is_error=is_error)
    if is_error:
        raise KeyError(number)
    return number


def stepping(turns):
    began, waited = clock(), 0
    for turn in range(turns):
        stopped = clock()
        yield turn
        waited += clock() - stopped
    note(clock() - began, waited=waited)


def step_through(turns):
    generator = stepping(turns)
    sums = tally.of(generator.gi_code)
    before = stopped = clock()
    while True:
        resumed = clock()
        is_over = next(generator, None) is None
        waiting = resumed - stopped
        stopped = clock()
        if is_over:
            break
        sums.waiting_around += waiting
    sums.around += stopped - before


async def awaiting(seconds):
    began = clock()
    await asyncio.sleep(seconds)
    passed = clock() - began
    note(passed, waited=passed)


async def await_it(seconds):
    coroutine = awaiting(seconds)
    sums = tally.of(coroutine.cr_code)
    before = clock()
    await coroutine
    sums.around += clock() - before
    sums.waiting_around += int(seconds * 1e9)


def kept():
    tally.of(sys._getframe().f_code).open += 1
    yield
