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
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

# What `benches/frame/subject.rs` gives each program first: a pipe to read from before
# each step, and a file for its results. Its own arguments follow.
PIPE, RESULTS = map(Path, sys.argv[1:3])
ARGUMENTS = sys.argv[3:]

CALLS_IN_A_ROW = 100
ITERATIONS = 20
# Untimed, before each sample: what ran since the last one has cooled the caches, and a
# tool that was switched on or off makes CPython specialise calls again.
WARMING = 3


class Shape(NamedTuple):
    """What a function does, and how it is called a hundred times in a row."""

    source: str
    arguments: str
    # What a caller does with a call.
    use: str = "{call}"
    # One call whose hundred yields are measured counts as many.
    calls: int = CALLS_IN_A_ROW


EMPTY = Shape("def function():\n    pass\n", "")
SMALL = Shape(
    """def function(a, b, c):
    x = a + b
    if x > c:
        x -= c
    return x * 2
""",
    "1, 2, 3",
)
YIELDING = Shape(
    f"def function():\n    for _ in range({CALLS_IN_A_ROW}):\n        yield\n",
    "",
    "for _ in {call}: pass",
    1,
)
RAISING = Shape(
    "def function():\n    raise ValueError\n",
    "",
    "try: {call}\n        except ValueError: pass",
)
SHAPES = {"empty": EMPTY, "small": SMALL, "yielding": YIELDING, "raising": RAISING}

Caller = Callable[[Callable[..., object], int], None]


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

    def __init__(self, case: str, number: int, shape: Shape = EMPTY) -> None:
        """Make the function of a case in the set of that number."""
        self.case = case
        self.number = number
        self.function = new_function(f"{case}_{number}", shape.source)
        # What is called: the function, unless something has replaced it.
        self.called: Callable[..., object] = self.function
        # Switches on and off what would affect other cases, too.
        self.switch: Callable[[bool], None] = lambda _on: None
        call = shape.use.format(call=f"function({shape.arguments})")
        loop = "def call(function, times):\n    for _ in range(times):\n"
        calls = f"        {call}\n" * shape.calls
        self.call: Caller = new_function("call", loop + calls)
        self.samples: list[float] = []

    def warm_up(self) -> None:
        """Call the function often enough for CPython to specialise its caller."""
        self.call(self.called, ITERATIONS)

    def sample(self) -> None:
        """Time the function once."""
        self.switch(True)
        self.call(self.called, WARMING)
        start = time.perf_counter_ns()
        self.call(self.called, ITERATIONS)
        taken = time.perf_counter_ns() - start
        self.switch(False)
        self.samples.append(taken / (ITERATIONS * CALLS_IN_A_ROW))


class Crowd:
    """Many functions, called one after the other by callers of ordinary size."""

    def __init__(self, case: str, number: int, size: int, shape: Shape = SMALL) -> None:
        """Make as many functions for a case in the set of that number."""
        self.case = case
        self.number = number
        # In the order of their names, which is also the order of patching.
        names = [f"{case}_{number}_{index:05}" for index in range(size)]
        self.functions = {name: new_function(name, shape.source) for name in names}
        # What is called: the functions, unless others have replaced them.
        self.called: dict[str, Any] = dict(self.functions)
        self.callers: list[Callable[[], None]] = []
        for first in range(0, size, CALLS_IN_A_ROW):
            group = names[first : first + CALLS_IN_A_ROW]
            calls = "".join(f"    {name}({shape.arguments})\n" for name in group)
            code = compile(f"def call():\n{calls}", "<caller>", "exec")
            exec(code, self.called)
            self.callers.append(self.called.pop("call"))
        # As many calls for a small crowd as for a large one.
        self.times = max(1, ITERATIONS * CALLS_IN_A_ROW // size)
        self.samples: list[float] = []

    def warm_up(self) -> None:
        """Call each function often enough for CPython to specialise its caller."""
        self.call(ITERATIONS)

    def sample(self) -> None:
        """Time all functions once."""
        self.call(1)
        start = time.perf_counter_ns()
        self.call(self.times)
        taken = time.perf_counter_ns() - start
        self.samples.append(taken / (self.times * len(self.functions)))

    def call(self, times: int) -> None:
        """Call all functions that often."""
        for _ in range(times):
            for caller in self.callers:
                caller()


def warm_up(subjects: Sequence[Subject | Crowd]) -> None:
    """Warm up each."""
    for subject in subjects:
        subject.warm_up()


def measure(
    subjects: Sequence[Subject | Crowd],
    rounds: int,
    absent: Iterable[tuple[str, str]] = (),
) -> None:
    """Measure them, and write down what came out."""
    warm_up(subjects)
    gc.collect()
    gc.disable()
    shuffled = list(subjects)
    for _ in range(rounds):
        random.shuffle(shuffled)
        for subject in shuffled:
            subject.sample()
    write_results(subjects, absent)


class Measured(NamedTuple):
    """A case in one set, and its samples in nanoseconds a call."""

    case: str
    number: int
    samples: list[float]


def write_results(
    subjects: Iterable[Subject | Crowd | Measured],
    absent: Iterable[tuple[str, str]] = (),
) -> None:
    """Write a line for each subject: case, set, nanoseconds of each round.

    And one for each case that cannot be measured here: case, `absent`, the reason.
    """
    lines = [f"{case}\tabsent\t{reason}\n" for case, reason in absent]
    lines += [
        f"{subject.case}\t{subject.number}\t{' '.join(map(str, subject.samples))}\n"
        for subject in subjects
    ]
    RESULTS.write_text("".join(lines))
