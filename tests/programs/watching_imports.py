"""Replaces `__import__` by one that says what other threads import."""

import builtins
import linecache  # noqa: F401
import sys
import threading
import tokenize  # noqa: F401

original = builtins.__import__


def watching(name, *arguments, **options):
    if threading.get_ident() != threading.main_thread().ident:
        print("imported:", name, file=sys.stderr)
    return original(name, *arguments, **options)


def function(value):
    return value


builtins.__import__ = watching
