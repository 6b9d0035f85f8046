"""Handlers run in their order, whatever some of them do."""

#: arguments ends
#: arguments exits
#: arguments raises

import atexit
import sys
import threading
import weakref


def say(*words):
    print(*words, threading.current_thread().name)


@atexit.register
def registered_first():
    say("last of all", sys.argv)


@atexit.register
def fails():
    raise ValueError("in a handler")


@atexit.register
def leaves():
    sys.exit(8)


@atexit.register
def registers_another():
    atexit.register(say, "registered late")


class Thing:
    """Something to be finalised."""


thing = Thing()
weakref.finalize(thing, say, "finalised")
threading._register_atexit(say, "threads are over")
atexit.register(say, "first of all")
if sys.argv[1] == "exits":
    sys.exit(3)
if sys.argv[1] == "raises":
    raise RuntimeError
