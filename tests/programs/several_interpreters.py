"""Calls functions in two interpreters at once, and gives some to the other; says what came of it."""

import colorsys
import sys
from concurrent import interpreters
from pathlib import Path

TIMES = 1000


def make():
    return lambda: "called"


nameless = make()


def gives(function, *arguments):
    try:
        return other.call(function, *arguments)
    except interpreters.NotShareableError as error:
        return f"{type(error).__name__}: {error}"


def observe():
    """Both interpreters have their own function of the same module, and their own GIL."""
    there = other.call_in_thread(exec, f"for _ in range({TIMES}): colorsys.rgb_to_hsv(1, 1, 1)")
    for _ in range(TIMES):
        colorsys.rgb_to_hsv(1, 1, 1)
    there.join()
    print("importable:", gives(colorsys.rgb_to_hsv, 1, 1, 1), flush=True)
    print("nameless:", gives(nameless), flush=True)


def stay():
    print("ready", flush=True)
    Path(sys.argv[1]).read_text()


if __name__ == "__main__":
    other = interpreters.create()
    other.exec("import colorsys")
    stay()
    observe()
    stay()
    observe()
