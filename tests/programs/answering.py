"""All that an answer can tell of: names of any characters, a call that stays, copies, a child that lives.

Tells through the first pipe that they are there, and waits at the second one until it is told to end.
"""

import os
import sys
import threading
import types
from pathlib import Path

NAMES = ['quoted "name", \\ with a comma', "lines\r\nlines", "\x1b[2J\x7f\x9bescape", "half \udc80", "δ漢"]


def stay() -> None:
    there.wait()
    told.wait()


def stay_as_well() -> None:
    there.wait()
    told.wait()


def counted() -> None:
    pass


def guarded() -> None:
    """Have an exception table and jumps, for a disassembly."""
    for _ in range(2):
        try:
            counted()
        except ValueError:
            pass


class Class:
    @property
    def value(self) -> int:
        return 1


for name in NAMES:
    namespace = {"__name__": __name__}
    exec(compile("def function(): return 1", f"file of {name!a}", "exec"), namespace)
    globals()[name] = namespace["function"]
    globals()[name]()

there, told = threading.Barrier(3), threading.Event()
threads = [threading.Thread(target=it, name='the "thread"\n') for it in (stay, stay_as_well)]
for thread in threads:
    thread.start()
there.wait()
counted()
copied = types.FunctionType(counted.__code__, globals())
hidden = [types.FunctionType(guarded.__code__, globals())]
ends, end = os.pipe()
was_counted, count = os.pipe()
if os.fork() == 0:
    os.close(end)
    counted()
    os.write(count, b"!")
    os.read(ends, 1)
    os._exit(0)
os.read(was_counted, 1)
Path(sys.argv[1]).write_text("ready")
Path(sys.argv[2]).read_text()
hidden[0]()
told.set()
for thread in threads:
    thread.join()
