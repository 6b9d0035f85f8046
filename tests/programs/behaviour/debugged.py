"""A debugger stops, steps and looks: `pdb` and `bdb` at the same lines as before."""

import bdb
import collections
import io
import pdb
import re
import sys

OBSERVERS = ["nobody"]
ENTRIES = collections.Counter()
PATCH = ["debugged:outer", "debugged:inner", "debugged:generator"]
# New in 3.14 is the choice.
BACKENDS = ["settrace", "monitoring"] if sys.version_info >= (3, 14) else [None]


def inner(number):
    doubled = number * 2
    return doubled


def outer(number):
    total = inner(number)
    for value in generator(2):
        total += value
    return total


def generator(stop):
    for number in range(stop):
        yield number


class Stepper(bdb.Bdb):
    def __init__(self, backend):
        super().__init__(**backend)
        self.lines = []

    def user_call(self, frame, arguments):
        self.note("call", frame)

    def user_line(self, frame):
        self.note("line", frame)

    def user_return(self, frame, value):
        self.note("return", frame)

    def note(self, event, frame):
        if frame.f_code.co_filename == __file__:
            self.lines.append((event, frame.f_code.co_name, frame.f_lineno))
        self.set_step()


def debug(backend):
    for name in PATCH:
        ENTRIES[name] += 3 if name != "debugged:outer" else 2
    stepper = Stepper(backend)
    print(stepper.runcall(outer, 1))
    print(*stepper.lines, sep="\n")
    commands = ["step", "break inner", "continue", "next", "p doubled", "where", "args", "up", "return", "continue", "continue"]
    asked, said = io.StringIO("\n".join(commands) + "\n"), io.StringIO()
    debugger = pdb.Pdb(nosigint=True, readrc=False, stdin=asked, stdout=said, **backend)
    debugger.use_rawinput = False
    debugger.clear_all_breaks()
    print(debugger.runcall(outer, 2), inner(1), list(generator(1)))
    debugger.clear_all_breaks()
    # Since 3.13, a breakpoint of a patched function is announced by the line of its `def`.
    print(re.sub("Breakpoint .*:\\d+", "Breakpoint", said.getvalue()))


def main():
    for backend in BACKENDS:
        debug({"backend": backend} if backend else {})
