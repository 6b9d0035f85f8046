"""Keeps a thread busy while the shell patches and unpatches, and while peers patch.

`benches/stall.rs` does that. Arguments behind those of every program: rounds, functions
that the shell patches, functions that each peer patches, and folders of modules.

What stalls the thread shows as a gap between two of its looks at the clock. Those that
the machine causes, which is shared, are told apart by what the kernel knows: what the
thread loses is the time in which it neither ran nor waited for a processor.
"""

import contextlib
import gc
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from measuring import ARGUMENTS, RESULTS, wait_for_the_shell

ROUNDS, FUNCTIONS, FUNCTIONS_OF_A_PEER = map(int, ARGUMENTS[:3])
sys.path.extend(ARGUMENTS[3:])

from clones import clones  # noqa: E402
from patchers import PATCHERS, Patcher  # noqa: E402

# Nanoseconds between two readings of the clock if nothing stalled.
UNSTALLED = 30_000
# Seconds without any patching, for comparison.
NOTHING = 0.5

lines: list[str] = []


def ready_nanoseconds(thread: threading.Thread) -> int:
    """How long a thread has run, or waited for a processor."""
    schedule = Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text()
    run, waited, _slices = map(int, schedule.split())
    return run + waited


def stall(case: str, work: Callable[[], None]) -> None:
    """Write down the gaps of a busy thread while `work` is done on this one."""
    is_running = threading.Event()
    gaps: list[int] = []
    end = False

    def spin() -> None:
        is_running.set()
        last = time.perf_counter_ns()
        while not end:
            now = time.perf_counter_ns()
            if now - last > UNSTALLED:
                gaps.append(now - last)
            last = now

    thread = threading.Thread(target=spin)
    thread.start()
    is_running.wait()
    before, ready = len(gaps), ready_nanoseconds(thread)
    start = time.perf_counter_ns()
    work()
    taken = time.perf_counter_ns() - start
    lost = taken - (ready_nanoseconds(thread) - ready)
    during = gaps[before:] or [0]
    end = True
    thread.join()
    lines.append(f"{case}\t{taken // 1000}\t{lost} {' '.join(map(str, during))}\n")


def patch_each(patch: Patcher) -> None:
    """Patch functions one after the other."""
    for function in clones(FUNCTIONS_OF_A_PEER):
        # A peer refuses what it cannot rewrite.
        with contextlib.suppress(Exception):
            patch(function)


patchers: dict[str, Patcher] = {}
for name in ["bytecode", "ddtrace"]:
    try:
        patchers[name] = PATCHERS[name]()
    except ImportError as error:
        lines.append(f"{name}\tabsent\t{error}\n")
globals().update({f"batch_{number}": it for number, it in enumerate(clones(FUNCTIONS))})
gc.collect()
gc.disable()
for _ in range(ROUNDS):
    stall("nothing", lambda: time.sleep(NOTHING))
    stall("patched", lambda: wait_for_the_shell("ready to be patched"))
    stall("unpatched", lambda: wait_for_the_shell("ready to be unpatched"))
    for name in random.sample(list(patchers), len(patchers)):
        stall(name, lambda name=name: patch_each(patchers[name]))
RESULTS.write_text("".join(lines))
