"""`unittest`, `unittest.mock` and `doctest` on patched functions."""

import doctest
import io
import sys
import unittest
from unittest import mock

# unittest prints how long it took under other observers, and they all would see its own lines.
OBSERVERS = ["nobody", "profile"]


def double(number):
    """Doubles.

    >>> double(2)
    4
    >>> double("a")
    'aa'
    >>> double(None)
    Traceback (most recent call last):
        ...
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    """
    return number * 2


def quadruple(number):
    return double(double(number))


class Case(unittest.TestCase):
    def setUp(self):
        self.number = 2

    def test_double(self):
        self.assertEqual(double(self.number), 4)

    def test_failing(self):
        self.assertEqual(quadruple(self.number), 9)

    @mock.patch(f"{__name__}.double", autospec=True, return_value=1)
    def test_mocked(self, mocked):
        self.assertEqual(quadruple(5), 1)
        self.assertEqual(mocked.call_args_list, [mock.call(5), mock.call(1)])
        with self.assertRaises(TypeError):
            mocked()


def main():
    stream = io.StringIO()
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
    print(result.testsRun, [text for _, text in result.failures], result.errors)
    module = sys.modules[__name__]
    runner = doctest.DocTestRunner(verbose=False)
    for test in doctest.DocTestFinder().find(module, __name__):
        runner.run(test, out=stream.write)
    print(runner.summarize(verbose=False), stream.getvalue(), mock.create_autospec(double)(3) is not None)
