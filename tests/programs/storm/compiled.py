"""Threads run functions in loops that the JIT compiles, and functions of every construct, until told to end.

Nothing traces, since the JIT compiles nothing that is traced. Reads three words from a pipe: at the first one
the storm is over, at the last one it writes its report.
"""

import gc
import sys
import threading
from pathlib import Path

import functions as f
from ledger import Ledger
from work import Work, check

pipe, report_file = map(Path, sys.argv[1:])
over = threading.Event()
ledger = Ledger(f)
is_active = sys._jit.is_active
TIMES = 500


def calling():
    """Calls of every kind that the JIT follows; how often it was in compiled code."""
    shape, compiled = f.Derived.made(3), 0
    for number in range(TIMES):
        check(f.add_one(number), number + 1)
        compiled += is_active()
    for number in range(TIMES):
        total = f.plain(1) + f.plain(1, c=2) + f.recursive(3) + f.add_two(number)
        check(total, number + 16)
    for number in range(TIMES):
        total = shape.method() + shape.static(2) + shape.area + shape(number)
        check(total, number + 18)
    return compiled


def stepping():
    """Generators from their first step to their last."""
    compiled = 0
    for _ in range(TIMES):
        for number in f.delegating(3):
            compiled += is_active()
        check(number, 2)
    return compiled


def run(work, compiled):
    while not over.is_set():
        compiled["calls"] += calling()
        compiled["steps"] += stepping()
        work.turn()
        # Of itself the collector may run so seldom that no finaliser is patched then.
        gc.collect(0)
    work.finish()


sys.setswitchinterval(1e-4)
pairs = [(Work(), {"calls": 0, "steps": 0}) for _ in range(4)]
threads = [threading.Thread(target=run, args=pair) for pair in pairs]
print("ready", flush=True)
for thread in threads:
    thread.start()
pipe.read_text()
over.set()
for thread in threads:
    thread.join()
gc.collect()
ledger.await_end(pipe)

happened = {f"turns {number}": work.turns for number, (work, _) in enumerate(pairs)}
# 3.14 compiles no steps of generators.
compiled = [count for _, counts in pairs for count in counts.values()]
happened["times in compiled code"] = sum(compiled)
ledger.write(report_file, happened)
