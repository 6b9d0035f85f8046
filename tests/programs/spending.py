"""Calls one function all the time and another one now and then, until it is interrupted.

With an argument, a child that it forks does that, for as long as the program lives.
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
    if len(sys.argv) == 1:
        spend(os.getppid())
    elif os.fork() == 0:
        spend(parent)
    else:
        signal.pause()
except KeyboardInterrupt:
    pass
