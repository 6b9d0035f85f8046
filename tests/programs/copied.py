"""Derives code from patched code, as profilers and decorators do, and calls the copies when it is told to."""

import sys
from pathlib import Path
from types import FunctionType


def replaced() -> None:
    """Gets a copy of its own code object."""


def shared() -> None:
    """Lends its code object to another function."""


def hidden() -> None:
    """Lends it to a function that no module holds."""


def given_back() -> None:
    """Gets its patched code back when the patch is undone."""


def resumed():
    """Is called while it is patched, and begins to run when it is not."""
    yield


def told(word: str) -> None:
    print(word, flush=True)
    Path(sys.argv[1]).read_text()


def call(times: int) -> None:
    for _ in range(times):
        for function in (replaced, twin, *hold, given_back):
            function()


own_code = given_back.__code__
told("ready")
replaced.__code__ = replaced.__code__.replace(co_name="copy")
twin = FunctionType(shared.__code__, globals(), "twin")
hold = [FunctionType(hidden.__code__, globals(), "nowhere")]
saved = given_back.__code__
generator = resumed()
call(times=1)
shared()
told("copied")
given_back.__code__ = saved
next(generator)
call(times=3)
told("called")
call(times=2)
told("called again")
print("own code" if given_back.__code__ is own_code else "a copy", flush=True)
