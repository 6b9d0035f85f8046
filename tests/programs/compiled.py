"""Calls functions in loops that the JIT compiles, while they are patched and afterwards."""

import sys
from itertools import repeat
from pathlib import Path
from types import CodeType

TIMES = 20_000
is_active = sys._jit.is_active
# How often each body ran in compiled code.
compiled = {"called": 0, "copied": 0, "constructed": 0, "begun": 0}


def called() -> None:
    compiled["called"] += is_active()


def begun():
    """Is called while it is patched, and begins to run then or later."""
    compiled["begun"] += is_active()
    yield


def copied() -> None:
    """Lends its patched code object to another function."""
    compiled["copied"] += is_active()


class Constructed:
    def __init__(self) -> None:
        compiled["constructed"] += is_active()


def construct() -> None:
    for _ in repeat(None, TIMES):
        Constructed()


def call(function) -> None:
    for _ in repeat(None, TIMES):
        function()


def begin(generators) -> None:
    for generator in generators:
        for _ in generator:
            break  # the JIT compiles this form


def made_of(code: CodeType) -> list:
    """Makes a function as `def` does: CPython specialises calls of no other."""
    module = compile("def twin(): pass", __file__, "exec")
    constants = (code if isinstance(it, CodeType) else it for it in module.co_consts)
    exec(module.replace(co_consts=tuple(constants)), globals())
    return [globals().pop("twin")]


def told(word: str) -> None:
    """Says how much of it was compiled, and waits."""
    print(word, *compiled.values(), flush=True)
    compiled.update(dict.fromkeys(compiled, 0))
    Path(sys.argv[1]).read_text()


construct()
told("ready")
twins = made_of(copied.__code__)
generators = [begun() for _ in range(2 * TIMES)]
for _ in range(2):
    call(called)
    call(*twins)
    construct()
begin(generators[:TIMES])
told("patched")
call(called)
call(*twins)
construct()
begin(generators[TIMES:])
told("unpatched")
