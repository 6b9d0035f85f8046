"""Calls functions of two modules, puts others in their places, and calls both the old and the new."""

import functools
import importlib

import reloaded_module
import replaced_module


def other() -> int:
    return 2


old = [reloaded_module.function, replaced_module.assigned, replaced_module.deleted]
old_class = reloaded_module.Class
reloaded_module.unpatched()
old_class().method()

importlib.reload(reloaded_module)
replaced_module.assigned = other
replaced_module.builtin = len
replaced_module.wrapped = functools.wraps(replaced_module.wrapped)(lambda: 2)
del replaced_module.deleted
replaced_module.coded.__code__ = other.__code__
replaced_module.Class.method = lambda self: 2
there = replaced_module.back_again
replaced_module.back_again = other
replaced_module.back_again = there

print([function() for function in old], old_class().method())
print([reloaded_module.function(), reloaded_module.unpatched(), reloaded_module.Class().method()])
