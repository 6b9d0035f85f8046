"""`importlib.reload` of a patched module: the new functions are not patched, the old ones still are."""

import collections
import importlib
import sys

OBSERVERS = ["nobody"]
PATCH = ["reloaded:function", "reloaded:Class.method"]
# A reload makes no new one.
ENTRIES = globals().get("ENTRIES", collections.Counter())
generation = globals().get("generation", 0) + 1


def function():
    return generation


class Class:
    def method(self):
        return generation


def main():
    before, old_function, old_class = generation, function, Class
    importlib.reload(sys.modules[__name__])
    print(generation - before, function is old_function, Class is old_class)
    print(old_function() - before, old_class().method() - before)
    print(function() - before, Class().method() - before)
    ENTRIES["reloaded:function"] += 1
    ENTRIES["reloaded:Class.method"] += 1
