"""Runs the `main` of one program under each observer, twice told to go by a pipe.

    behaviour_driver.py PROGRAM FOLDER

It says `ready PATTERN...` on stderr when the program is loaded, and reads the callables that are
patched (or would be) from the pipe `FOLDER/go`, each with the offsets of its injected instructions. What the observers saw goes to `FOLDER/record`, how
often each callable was entered to `FOLDER/entries`. Then it says `observed`, waits once more at the
pipe, until everything is unpatched, and writes what is left of that to `FOLDER/after`.

A program may hold, beside `main`:

    PATCH      the patterns to patch, instead of all its callables
    OBSERVERS  the only ones that may look at it
    ENTRIES    its own count of entries by callable, where no observer can count
"""

import contextlib
import gc
import importlib
import io
import json
import re
import sys
import traceback
import types
from pathlib import Path

import behaviour_observers as observers
from behaviour_inspection import function_at, inspection


def run(program):
    """All that `main` prints."""
    gc.collect()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        program.main()
    return printed.getvalue().splitlines()


def observe(program, functions):
    """What each observer saw, and how often each function was entered in all runs together."""
    record, entered = [], []
    wanted = vars(program).get("OBSERVERS")
    used = [cls for cls in observers.ALL if wanted is None or cls.name in wanted]
    for observer in (cls(program.__file__) for cls in used):
        observer.start()
        try:
            printed = run(program)
        finally:
            observer.stop()
        record += [f"== printed under {observer.name}", *printed]
        record += [f"== seen by {observer.name}", *observer.seen()]
        if observer.counts:
            entered.append([observer.entries[id(function.__code__)] for function in functions])
    assert all(counts == entered[0] for counts in entered), f"main is not repeatable: {entered}"
    once = entered[0] if entered else [0] * len(functions)
    return record, [count * len(used) for count in once]


def without_addresses(lines):
    return re.sub(r"\bat 0x[0-9a-f]+", "at ADDRESS", "\n".join(lines))


def main():
    name, folder = sys.argv[1], Path(sys.argv[2])
    sys.path.insert(0, str(Path(__file__).parent / "behaviour"))
    program = importlib.import_module(name)
    run(program)  # its code is specialised when it is patched
    own = vars(program).get("ENTRIES", {})
    own.clear()
    everything = (it for it in gc.get_objects() if isinstance(it, types.FunctionType))
    original = {id(function): (function, function.__code__) for function in everything}
    gc.disable()
    print("ready", *vars(program).get("PATCH", [f"{name}:*"]), file=sys.stderr, flush=True)

    injected = json.loads((folder / "go").read_text())
    paths = list(injected)
    functions = [function_at(path) for path in paths]
    for function, offsets in zip(functions, injected.values(), strict=True):
        observers.INJECTED[function.__code__.co_code].update(offsets)
    record = inspection(zip(paths, functions, strict=True))
    seen, entries = observe(program, functions)
    entries = [own.get(path, count) for path, count in zip(paths, entries, strict=True)]
    (folder / "record").write_text(without_addresses(record + seen))
    (folder / "entries").write_text("\n".join(map(str, entries)))
    print("observed", file=sys.stderr, flush=True)

    (folder / "go").read_text()
    after = run(program)
    for path, function in zip(paths, functions, strict=True):
        if function.__code__ is not original[id(function)][1]:
            after.append(f"{path} has another code object")
    (folder / "after").write_text(without_addresses(after))


try:
    main()
except BaseException:
    print("failed", repr(traceback.format_exc()), file=sys.stderr, flush=True)
