"""Calls functions often, and says whether CPython specialised the calls."""

import dis
import sys
from pathlib import Path


def unpatched() -> None:
    pass


def patched() -> None:
    pass


def restored() -> None:
    pass


def call_unpatched() -> None:
    unpatched()


def call_patched() -> None:
    patched()


def call_restored() -> None:
    restored()


print("ready", flush=True)
Path(sys.argv[1]).read_text()
for caller in (call_unpatched, call_patched, call_restored):
    for _ in range(1000):
        caller()
    calls = [line.opname for line in dis.get_instructions(caller, adaptive=True)]
    print(*(name for name in calls if name.startswith("CALL")), flush=True)
