"""Patches clones of standard library functions with each peer, and by the shell.

`benches/patching.rs` does that. Arguments behind those of every program: rounds, the
sizes of a batch with commas between them, and folders that the peers are imported from.

A sample is processor time of the whole process, in nanoseconds a function: on a machine
that is shared, it tells more than a clock.
"""

import contextlib
import gc
import random
import sys
import time
from types import FunctionType

from measuring import ARGUMENTS, RESULTS, wait_for_the_shell

ROUNDS = int(ARGUMENTS[0])
SIZES = [int(size) for size in ARGUMENTS[1].split(",")]
sys.path.extend(ARGUMENTS[2:])

from clones import clones  # noqa: E402
from patchers import PATCHERS, Patcher  # noqa: E402

# The number of functions that are patched one at a time.
SINGLES = 20
# Slower than that, in nanoseconds a function, a peer patches the largest batch once.
SLOW = 100_000

patchers: dict[str, Patcher] = {}
absent: dict[str, str] = {}
# Nanoseconds a function, by patcher and size of the batch.
samples: dict[tuple[str, int], list[float]] = {}


def patch_each(patch: Patcher, functions: list[FunctionType]) -> float:
    """Patch functions; nanoseconds each."""
    start = time.process_time_ns()
    for function in functions:
        # A peer refuses what it cannot rewrite: very few functions.
        with contextlib.suppress(Exception):
            patch(function)
    return (time.process_time_ns() - start) / len(functions)


def measure(name: str, size: int) -> None:
    """Add a sample of a patcher, unless it is too slow for more."""
    taken = samples.setdefault((name, size), [])
    if size == max(SIZES) and taken and min(taken) > SLOW:
        return
    if size > 1:
        taken.append(patch_each(patchers[name], clones(size)))
    else:
        singles = sorted(patch_each(patchers[name], [it]) for it in clones(SINGLES))
        taken.append(singles[len(singles) // 2])


def let_the_shell(size: int) -> None:
    """Have as many functions patched and unpatched, called `batch_0` and so on."""
    number = SINGLES if size == 1 else size
    named = {f"batch_{index}": it for index, it in enumerate(clones(number))}
    globals().update(named)
    functions = list(named.values())
    codes = [function.__code__ for function in functions]
    for what, is_original in [("patched", False), ("unpatched", True)]:
        start = time.process_time_ns()
        wait_for_the_shell(f"ready to be {what}")
        taken = (time.process_time_ns() - start) / number
        samples.setdefault((what, size), []).append(taken)
        for function, code in zip(functions, codes, strict=True):
            assert (function.__code__ is code) == is_original
    for name in named:
        del globals()[name]


for name, make in PATCHERS.items():
    try:
        patchers[name] = make()
    except ImportError as error:
        absent[name] = str(error)
    else:
        # What is done only the first time is not part of the cost of a function.
        patch_each(patchers[name], clones(5))
gc.collect()
gc.disable()
for _ in range(ROUNDS):
    for size in SIZES:
        for name in random.sample(list(patchers), len(patchers)):
            measure(name, size)
        let_the_shell(size)
lines = [f"{name}\tabsent\t{reason}\n" for name, reason in absent.items()]
lines += [
    f"{name}\t{size}\t{' '.join(map(str, taken))}\n"
    for (name, size), taken in samples.items()
]
RESULTS.write_text("".join(lines))
