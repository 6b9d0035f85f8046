"""Whole programs, all of whose callables are sometimes counted or timed.

`benches/everything.rs` patches, times and unpatches them. A program cannot be in two
states at once, so the states follow each other many times, in an order that changes.
Arguments behind those of every program: times, and the folders that more modules are
imported from.
"""

import ast
import cProfile
import email.policy
import gc
import importlib
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path

from measuring import ARGUMENTS, Measured, wait_for_the_shell, write_results

times, *folders = ARGUMENTS
sys.path += folders
SOURCE = Path(ast.__file__).read_text()[:20_000].rpartition("\n\n\n")[0]
TREE = ast.parse(SOURCE)
RECORDS = [{"name": f"name {i}", "tags": ["a", i, (i, None)]} for i in range(400)]
HEADERS = [f"X-Header-{i}: word {i} =?utf-8?q?encoded?=\n" for i in range(40)]
MAIL = "From: a@example.org\nTo: b@example.org\n" + "".join(HEADERS) + "\nbody\n" * 50
PICKLED = pickle.dumps(RECORDS)


def read_mail() -> None:
    """Parse messages and write them again, with all their headers."""
    for _ in range(20):
        email.message_from_string(MAIL, policy=email.policy.default).as_string()


def unparse() -> None:
    """Visit each node of a syntax tree, as linters and formatters do."""
    ast.unparse(TREE)


def serialise() -> None:
    """Pickle and unpickle records in Python, a short method for each value."""
    pickle._dumps(RECORDS)
    pickle._loads(PICKLED)


PROGRAMS: list[Callable[[], None]] = [read_mail, unparse, serialise]


def none(_on: bool) -> None:
    """Leave everything as it is."""


def switch_patch(on: bool) -> None:
    """Have the shell count all calls, or put everything back."""
    wait_for_the_shell("ready to be counted" if on else "ready to be unpatched")


def switch_timing(on: bool) -> None:
    """Have the shell time all calls, or put everything back."""
    wait_for_the_shell("ready to be timed" if on else "ready to be unpatched")


def with_cprofile() -> Callable[[bool], None]:
    """Give what starts and ends cProfile."""
    profile = cProfile.Profile()
    return lambda on: profile.enable() if on else profile.disable()


def with_viztracer() -> Callable[[bool], None]:
    """Give what starts and ends viztracer; its report is left out."""
    viztracer = importlib.import_module("viztracer")
    tracer = viztracer.VizTracer(verbose=0, ignore_c_function=True)

    def switch(on: bool) -> None:
        if on:
            tracer.start()
        else:
            tracer.stop()
            tracer.clear()

    return switch


SWITCHES: dict[str, Callable[[bool], None]] = {
    "none": none,
    "counted": switch_patch,
    "control": none,
    "timed": switch_timing,
    "cprofile": with_cprofile(),
}
absent = []
try:
    SWITCHES["viztracer"] = with_viztracer()
    SWITCHES["viztracer"](True)
    SWITCHES["viztracer"](False)
except Exception as trouble:
    # If a peer fails, the others are still measured.
    SWITCHES.pop("viztracer", None)
    absent.append(("viztracer", repr(trouble)))

samples: dict[tuple[str, int], list[float]] = {}
gc.collect()
gc.disable()
for _ in range(int(times)):
    for state, switch in SWITCHES.items():
        switch(True)
        for program in PROGRAMS:
            program()
        for number, program in enumerate(PROGRAMS):
            start = time.thread_time_ns()
            program()
            taken = time.thread_time_ns() - start
            samples.setdefault((state, number), []).append(taken)
        switch(False)
results = [
    Measured(state, number, samples[state, number])
    for state in SWITCHES
    for number in range(len(PROGRAMS))
]
write_results(results, absent)
