"""What is left at the end is finalised, in an order that is Python's own."""

#: arguments
#: arguments exits
#: arguments raises

import gc
import sys


class Speaks:
    """Says that it goes."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("goes:", self.name, sys is None or sys.is_finalizing())


class Fails:
    """Goes with an exception."""

    def __del__(self):
        raise ValueError("in __del__")


one = Speaks("one")
two = Speaks("two")
_hidden = Speaks("hidden")
fails = Fails()
cycle = [Speaks("cycle")]
cycle.append(cycle)
sys.kept = Speaks("kept by sys")
unclosed = open("unclosed", "w")
unclosed.write("flushed?")


def generator():
    try:
        yield 1
    finally:
        print("the generator is closed")


numbers = generator()
next(numbers)
gc.disable()
print("the end")
if "exits" in sys.argv:
    sys.exit(4)
if "raises" in sys.argv:
    local = Speaks("kept by a traceback")
    raise ValueError(Speaks("kept by an exception"))
