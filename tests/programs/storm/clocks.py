"""Threads, one of them with an event loop, run functions that read the clock, until told to end.

Reads three words from a pipe: at the first one the storm is over, at the last one it writes its report: a
line for each function, with its calls on patched code and what `clocked.Sums` has of those on code that
knows how calls end.
"""

import asyncio
import json
import sys
import threading
from pathlib import Path

import clocked as c
from ledger import Ledger, callables

pipe, report_file = map(Path, sys.argv[1:])
over = threading.Event()
ledger = Ledger(c)
kept = []


def turn(number):
    c.around(c.spinning, 200)
    c.around(c.napping)
    c.around(c.recursive, 5)
    c.around(c.handling, 3)
    c.step_through(20)
    kept.append(c.kept())
    next(kept[-1])
    for fails in (c.failing_at_once, lambda: c.failing_now_and_then(number)):
        try:
            fails()
        except (KeyError, ValueError):
            pass


def run():
    number = 0
    while not over.is_set():
        turn(number)
        number += 1


async def loop():
    while not over.is_set():
        await asyncio.gather(*(c.await_it(0.001) for _ in range(3)))


def await_word():
    pipe.read_text()
    over.set()


sys.setswitchinterval(1e-4)
threads = [threading.Thread(target=run) for _ in range(4)]
threads += [threading.Thread(target=work) for work in (lambda: asyncio.run(loop()), await_word)]
print("ready", flush=True)
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
ledger.await_end(pipe)

lines = []
for path, function in callables(c).items():
    original = ledger.originals[path]
    if function.__code__ is not original:
        raise AssertionError(f"{path} has {function.__code__}")
    patched, timed = c.Sums(), c.Sums()
    for sums in c.tally.all:
        for (name, table), of_code in sums.items():
            if name == original.co_qualname and table != original.co_linetable:
                patched.add(of_code)
                if (name, table) not in ledger.counting:
                    timed.add(of_code)
    if patched.calls + patched.open > 0:
        lines.append(json.dumps({"path": path, "hits": patched.calls + patched.open, **vars(timed)}))
report_file.write_text("\n".join(lines))
