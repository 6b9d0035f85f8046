"""Tools that Python has itself: tracing, profiling, memory, tests, documentation tests."""

import cProfile
import doctest
import gc
import sys
import tracemalloc
import unittest

lines = []


def trace(frame, event, argument):
    lines.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


def traced(number):
    """Doubles.

    >>> traced(2)
    5
    """
    return number * 2


sys.settrace(trace)
traced(1)
sys.settrace(None)
print(lines)
profile = cProfile.Profile()
print(profile.runcall(traced, 4), len(profile.getstats()))
print(tracemalloc.is_tracing(), gc.isenabled(), gc.get_threshold(), gc.callbacks)
print(doctest.testmod())


class Test(unittest.TestCase):
    """One that fails."""

    def test_traced(self):
        self.assertEqual(traced(2), 5)


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Test).run(result)
print(result, result.failures[0][1])
