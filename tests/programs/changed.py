"""Exchanges parts of its patched functions, and lets go of one that was unpatched."""

import gc
import sys
import weakref
from pathlib import Path


def code() -> int:
    return 1


def defaults(value: int = 1) -> int:
    return value


def attributes() -> None:
    pass


def untouched() -> None:
    pass


def gone() -> None:
    pass


def other() -> int:
    return 2


foreign = (lambda: 2).__code__
print("ready", flush=True)
Path(sys.argv[1]).read_text()
code.__code__ = foreign
defaults.__defaults__ = (2,)
attributes.note = "changed"
reference = weakref.ref(gone)
del gone
gc.collect()
print("gone is", "alive" if reference() else "freed", flush=True)
