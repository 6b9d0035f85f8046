"""A program of a thousand functions, one of which is sometimes counted.

`benches/rest.rs` patches and unpatches it. A program cannot be in two states at once,
so the states follow each other many times, in an order that changes. Arguments behind
those of every program: programs, times, rounds at a time, and the folders that more
modules are imported from.
"""

import gc
import random
import sys
from collections.abc import Callable

from measuring import (
    ARGUMENTS,
    Crowd,
    Measured,
    wait_for_the_shell,
    warm_up,
    write_results,
)
from peers import C_TOOL, WAYS, no_more_monitored, with_monitoring_in_c

SIZE = 1000
ONE = SIZE // 2

programs, times, rounds, *folders = ARGUMENTS
sys.path += folders

crowds = [Crowd("rest", number, SIZE) for number in range(int(programs))]
for crowd in crowds:
    globals().update(crowd.functions)
functions = [crowd.functions[f"rest_{crowd.number}_{ONE:05}"] for crowd in crowds]


def switch_patch(on: bool) -> None:
    """Have the shell patch the one function of each program, or unpatch it."""
    wait_for_the_shell("ready to be patched" if on else "ready to be unpatched")


def switch_monitoring(on: bool) -> None:
    """Have the one function of each program counted by a callback in C, or no more."""
    for function in functions:
        if on:
            with_monitoring_in_c(function)
        else:
            no_more_monitored(function, C_TOOL)


def switch_rewriting(way: str) -> Callable[[bool], None]:
    """Give what rewrites the one function of each program, and puts its code back.

    Since 3.13 that costs the function its version: one call in a thousand, a bit dearer
    in all states.
    """
    originals = [function.__code__ for function in functions]

    def switch(on: bool) -> None:
        for function, original in zip(functions, originals, strict=True):
            if on:
                WAYS[way](function)
            else:
                function.__code__ = original

    return switch


def switch_tracing(way: str) -> Callable[[bool], None]:
    """Give what starts and ends a callback that sees all calls."""
    counted = [WAYS[way](function) for function in functions]
    return counted[0].switch or (lambda _on: None)


SWITCHES: dict[str, Callable[[bool], None]] = {
    "none": lambda _on: None,
    "control": lambda _on: None,
    "patched": switch_patch,
    "monitoring_c": switch_monitoring,
    "bytecode": switch_rewriting("bytecode"),
    "ddtrace": switch_rewriting("ddtrace"),
    "setprofile": switch_tracing("setprofile"),
    "settrace": switch_tracing("settrace"),
}
absent = []
for peer in ["monitoring_c", "bytecode", "ddtrace"]:
    try:
        SWITCHES[peer](True)
        SWITCHES[peer](False)
    except Exception as trouble:
        # If a peer fails, the others are still measured.
        absent.append((peer, str(trouble)))
        del SWITCHES[peer]

samples: dict[tuple[str, int], list[float]] = {}
gc.collect()
gc.disable()
states = list(SWITCHES)
for _ in range(int(times)):
    random.shuffle(states)
    for state in states:
        SWITCHES[state](True)
        warm_up(crowds)
        for _ in range(int(rounds)):
            for crowd in crowds:
                crowd.sample()
        SWITCHES[state](False)
        for crowd in crowds:
            samples.setdefault((state, crowd.number), []).extend(crowd.samples)
            crowd.samples.clear()
results = [
    Measured(state, crowd.number, samples[state, crowd.number])
    for state in SWITCHES
    for crowd in crowds
]
write_results(results, absent)
