"""Counts which function bodies started, and on which code object.

`next(starts)` is the first statement of each function. It runs from end to end in C, without a look
at signals or other threads: so not even an exception raised by a signal handler can come between
the hook, which runs right before it, and this count. Patched code has another line table than the
original, and is told by that; so is code that only counts from code that knows how calls end.
"""

import sys
from collections import _count_elements
from itertools import repeat
from operator import attrgetter

# (qualname, line table) of a code object: starts
tally = {}
_running = map(
    attrgetter("f_code.co_qualname", "f_code.co_linetable"),
    map(sys._getframe, repeat(0)),
)
starts = map(_count_elements, repeat(tally), zip(_running))


def callables(module):
    """The functions of a module and of its classes, by their symbol paths."""
    return dict(_walk(module, module.__name__ + ":", module.__name__))


def _walk(namespace, prefix, module):
    # A copy: the warnings of a module are noted in it.
    for name, found in vars(namespace).copy().items():
        if isinstance(found, type) and found.__module__ == module:
            yield from _walk(found, f"{prefix}{name}.", module)
        function = getattr(found, "fget", None) or getattr(found, "__func__", found)
        function = getattr(function, "__wrapped__", function)
        if type(function).__name__ == "function" and function.__module__ == module:
            yield prefix + name, function


class Ledger:
    """What becomes of the functions of a module; to be made before any of them is patched."""

    def __init__(self, module):
        self.module = module
        self.originals = {
            path: function.__code__ for path, function in callables(module).items()
        }

    def await_end(self, pipe):
        """Awaits two words: at the first one everything is patched to count, at the second nothing is."""
        print("quiet", flush=True)
        pipe.read_text()
        self.counting = {
            (function.__code__.co_qualname, function.__code__.co_linetable)
            for function in callables(self.module).values()
        }
        print("noted", flush=True)
        pipe.read_text()

    def write(self, file, happened):
        """For each code object its starts, those of them on patched code, those on code that knows
        how calls end, and its callables; then what else happened. By now each function must have its
        own code object again.
        """
        for path, function in callables(self.module).items():
            if function.__code__ is not self.originals[path]:
                raise AssertionError(f"{path} has {function.__code__}")
        happened = [f"{count} {what}" for what, count in happened.items()]
        file.write_text("\n".join([*self._starts(), *happened]))

    def _starts(self):
        paths = {}
        for path, code in self.originals.items():
            paths.setdefault((code.co_qualname, code.co_linetable), []).append(path)
        for (qualname, original), names in paths.items():
            counts = {
                table: count
                for (name, table), count in tally.items()
                if name == qualname
            }
            total = sum(counts.values())
            patched = total - counts.get(original, 0)
            counted = (counts.get(table, 0) for name, table in self.counting if name == qualname)
            yield f"{total} {patched} {patched - sum(counted)} {' '.join(names)}"
