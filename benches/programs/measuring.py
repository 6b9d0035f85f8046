"""What a call costs: functions that differ in one thing only, timed side by side.

A case is one way to treat a function; a set holds one function of each case. All
functions are equal, but each is an object of its own with a caller of its own, which
CPython specialises for it. Where an object lies in memory makes a call some per cent
cheaper or dearer: hence many sets. A round times each function once, in an order that
changes, so that what disturbs the machine for a while disturbs all cases alike.
"""

import gc
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

# What `benches/frame/subject.rs` gives each program first: a pipe to read from before
# each step, and where its results go. Behind them come its own arguments.
PIPE, RESULTS = map(Path, sys.argv[1:3])
ARGUMENTS = sys.argv[3:]

CALLS_IN_A_ROW = 100
ITERATIONS = 20

CALLER = "def call(function, times):\n    for _ in range(times):\n"
CALLER += "        function()\n" * CALLS_IN_A_ROW

Caller = Callable[[Callable[[], None], int], None]


def wait_for_the_shell(what: str) -> None:
    """Tell the shell what may be done now, and wait until it is."""
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()
    PIPE.read_text()


def new_function(name: str, source: str) -> FunctionType:
    """Make the function that the source defines, and call it `name`."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec(source, namespace)
    functions = (it for it in namespace.values() if isinstance(it, FunctionType))
    function = next(functions)
    function.__name__ = function.__qualname__ = name
    return function


class Subject:
    """One function of a case, its caller, and its samples in nanoseconds a call."""

    def __init__(self, case: str, number: int) -> None:
        """Make the function of a case in the set of that number."""
        self.case = case
        self.number = number
        self.function = new_function(f"{case}_{number}", "def function():\n    pass\n")
        self.call: Caller = new_function("call", CALLER)
        self.samples: list[float] = []

    def sample(self) -> None:
        """Time the function once."""
        start = time.perf_counter_ns()
        self.call(self.function, ITERATIONS)
        taken = time.perf_counter_ns() - start
        self.samples.append(taken / (ITERATIONS * CALLS_IN_A_ROW))


def warm_up(subjects: list[Subject]) -> None:
    """Call each function often enough for CPython to specialise its caller."""
    for subject in subjects:
        subject.call(subject.function, ITERATIONS)


def measure(subjects: list[Subject], rounds: int) -> None:
    """Write a line for each subject: case, set, nanoseconds of each round."""
    warm_up(subjects)
    gc.collect()
    gc.disable()
    shuffled = subjects.copy()
    for _ in range(rounds):
        random.shuffle(shuffled)
        for subject in shuffled:
            subject.sample()
    lines = [
        f"{subject.case}\t{subject.number}\t{' '.join(map(str, subject.samples))}\n"
        for subject in subjects
    ]
    RESULTS.write_text("".join(lines))
