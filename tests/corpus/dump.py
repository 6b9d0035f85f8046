"""Dumps code objects of the running Python into `tests/corpus`, one file each, as seeds.

Run it under each version, and again when something is added:

    python3.12 tests/corpus/dump.py

What a file holds is drawn in `tests/engine/fuzz/corpus.rs`.
"""

import re
import struct
import sys
from pathlib import Path
from types import CodeType

ONLY_SINCE = {
    (3, 12): """
type Pair[T] = tuple[T, T]
def generic[T: (int, str), *Ts, **P](value: T, *rest: *Ts) -> list[T]:
    class Inner[U](list[U]):
        def put(self, item: U) -> "Inner[U]":
            return f"{item!r:>{len(f'{value}')}}"
    return [Inner, value, *rest]
""",
    (3, 13): """
def defaults[T = int](value: T = 1) -> T:
    return value
""",
    (3, 14): """
class Annotated:
    first: Later
    if first:
        second: "Later" | None
def templates(a, b):
    return t"{a} {b!r:>{a}} {a + b=}"
def bare():
    try:
        return a[b]
    except KeyError, TypeError:
        return -1
async def compared(a):
    return [b async for b in a if not await b]
""",
    (3, 15): """
lazy import json
lazy from os import path as p
def unpacked(a):
    return [*b for b in a], {**b for b in a}, (*b for b in a)
""",
}

# The first line of a body is the target of a loop, a line is long, columns are far to the right.
LAYOUTS = """
def one_line(a): return a
def loop_at_once():
    while 1: pass
def loop_until(a):
    while a(): a = a.b
def far_columns(a):
    return SPACES(a + SPACESa)
def lines_apart(a):
    return a(LINES a,
b=1)
def backwards(a):
    for x in a(1,
               2): yield (
        x)
lambda: (yield)
""".replace("SPACES", " " * 90).replace("LINES", "\n" * 70)

LONG_BODIES = {
    "many_constants": "".join(f"    a = {n}.5\n" for n in range(300)),
    "many_names": "".join(f"    a = name_{n}.attribute_{n}\n" for n in range(140)),
    "many_locals": "".join(f"    local_{n} = a\n" for n in range(270)),
    "loop": "    for x in a:\n" + "        a(x, a)\n" * 40,
    "choice": "    if a:\n"
    + "        a(a)\n" * 35
    + "    else:\n"
    + "        a = 1\n" * 140,
    "handler": "    try:\n"
    + "        a(a)\n" * 40
    + "    except KeyError as e:\n        a(e)\n",
}


def code_objects(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from code_objects(constant)


def sources():
    yield "seeds", Path(__file__).with_name("seeds.py").read_text()
    yield "layouts", LAYOUTS
    for name, body in LONG_BODIES.items():
        yield "long", f"def {name}(a):\n{body}"
    for version, source in ONLY_SINCE.items():
        if sys.version_info >= version:
            yield "since_{}_{}".format(*version), source


def dump(code):
    parts = [code.co_code, code.co_linetable, code.co_exceptiontable]
    numbers = sys.version_info.minor, code.co_firstlineno, code.co_stacksize
    parts = [struct.pack("<I", len(part)) + part for part in parts]
    return struct.pack("<BiI", *numbers) + b"".join(parts)


def main():
    folder = Path(__file__).parent / "{}.{}".format(*sys.version_info)
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.code"):
        old.unlink()
    for source, text in sources():
        module = compile(text, source, "exec", dont_inherit=True)
        for number, code in enumerate(code_objects(module)):
            name = re.sub(r"\W", "", code.co_name)
            file = folder / f"{source}_{number:02}_{name}.code"
            file.write_bytes(dump(code))


if __name__ == "__main__":
    main()
