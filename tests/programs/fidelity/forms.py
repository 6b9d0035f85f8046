"""One program in each form that Python runs; a package is another matter."""

#: as compiled folder link module zip
#: arguments one -m two

import sys

import neighbour

print(sys.argv, sys.orig_argv, sys.path)
print(__name__, __file__, __package__, type(__loader__).__name__, sorted(vars()))
print(__spec__ and (__spec__.name, __spec__.origin, __spec__.parent))


def fail():
    """Leave by an exception, whose traceback shows where the program is."""
    return 1 / 0


fail()
