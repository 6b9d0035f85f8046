"""A program looks at its own source and pickles its own classes."""

import __main__
import inspect
import linecache
import pickle
import runpy
import sys
from dataclasses import dataclass


@dataclass
class Point:
    """A point."""

    x: int


def function():
    return sys._getframe()


print(inspect.getsource(function), inspect.getfile(Point), inspect.getmodule(Point))
print(pickle.loads(pickle.dumps(Point(3))), __main__.Point is Point)
frame = function()
print(frame.f_back.f_code, frame.f_back.f_back, frame.f_back.f_globals is globals())
print(linecache.getline(__file__, 1), sys.modules["__main__"] is __main__)
print([entry[1:4] for entry in inspect.stack()])
print(runpy.run_path("neighbour.py")["__name__"])
