"""Calls one function all the time and another one now and then, until it is interrupted.

With `child`, a child that it forks does that, for as long as the program lives. With `replaced`, it
exchanges the code object of the first before that, as a tool for coverage does.
"""

import itertools
import os
import signal
import sys


def hot():
    pass


def rare():
    pass


def never():
    pass


def spend(parent):
    for number in itertools.count():
        hot()
        if number % 100_000 == 0:
            rare()
            if os.getppid() != parent:
                return


try:
    parent = os.getpid()
    if "replaced" in sys.argv:
        hot.__code__ = hot.__code__.replace(co_name="replaced")
    if "child" not in sys.argv:
        spend(os.getppid())
    elif os.fork() == 0:
        spend(parent)
    else:
        signal.pause()
except KeyboardInterrupt:
    pass
