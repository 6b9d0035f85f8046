"""A large program that tells what a patch takes of its memory.

`benches/scale.rs` patches it, or times its calls. Arguments behind those of every
program: modules, functions of each, threads that call them.
"""

import gc
import resource
import sys
import threading
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from large import call_for_ever, generate
from measuring import ARGUMENTS, RESULTS, wait_for_the_shell

MODULES, FUNCTIONS, THREADS = map(int, ARGUMENTS)


def resident() -> int:
    """Bytes of memory that the process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def functions(modules: list[ModuleType]) -> list[FunctionType]:
    """Give the functions and methods of the modules."""
    found = []
    for module in modules:
        for value in list(vars(module).values()):
            values = vars(value).values() if isinstance(value, type) else [value]
            found += [it for it in values if isinstance(it, FunctionType)]
    return found


def codes(modules: list[ModuleType]) -> list[CodeType]:
    """Give the code objects that the functions of the modules have now."""
    return [function.__code__ for function in functions(modules)]


def size(code: CodeType) -> int:
    """Bytes of a code object and of what no other one shares with it."""
    names = code.co_varnames + code.co_cellvars + code.co_freevars
    parts = [
        code.co_consts,
        code.co_linetable,
        code.co_exceptiontable,
        names,
        bytes(len(names)),
    ]
    return sys.getsizeof(code) + sum(map(sys.getsizeof, parts))


generated = generate(MODULES, FUNCTIONS)
halves = [generated[::2], generated[1::2]]
for number in range(THREADS):
    module = generated[number % MODULES]
    threading.Thread(target=call_for_ever, args=[module], daemon=True).start()
lines = []
gc.collect()
gc.freeze()
for which, half in zip(["even", "odd"], halves, strict=True):
    before = resident()
    wait_for_the_shell(f"ready to be patched: {which}")
    taken = resident() - before
    patched = codes(half)
    assert all("instrumentation_hook" in repr(code.co_consts[-1]) for code in patched)
    each = sum(map(size, patched)) / len(patched)
    lines.append(f"{which}\t{len(patched)}\t{taken / len(patched)} {each}\n")
before = resident()
called = functions(halves[1])
for function in called:
    # A method takes it for itself, a function for its items.
    function(())
taken = resident() - before
lines.append(f"called\t{len(called)}\t{taken / len(called)}\n")
del called
wait_for_the_shell("ready to be unpatched")
assert not any("instrumentation_hook" in repr(it.co_consts) for it in codes(generated))
RESULTS.write_text("".join(lines))
