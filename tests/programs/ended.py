"""Calls three times what can be patched, and ends in one of several ways: told by its argument."""

import signal
import sys


def function():
    pass


def ends():
    pass


def exits():
    sys.exit(3)


def raises():
    raise LookupError("on purpose")


def is_interrupted():
    signal.raise_signal(signal.SIGINT)


for _ in range(3):
    function()
globals()[sys.argv[1]]()
