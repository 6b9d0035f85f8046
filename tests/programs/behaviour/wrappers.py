"""Chains of decorators, with arguments and by classes: the innermost function is patched."""

import functools
import inspect


def plainly(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return "plainly", function(*args, **kwargs)

    return wrapper


def times(number):
    def decorator(function):
        @functools.wraps(function, assigned=["__name__", "__doc__"])
        def wrapper(*args):
            return [function(*args) for _ in range(number)]

        return wrapper

    return decorator


class Counting:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function

    def __call__(self, *args):
        return "counted", self.function(*args)


def hiding(function):
    return lambda *args: ("hidden", function(*args))


@plainly
@times(2)
@plainly
def chained(a: int) -> int:
    """Is at the end of a chain."""
    return a + 1


@times(3)
def repeated():
    return "again"


@Counting
def counted(a):
    return a


@hiding
def hidden(a):
    return a


def main():
    print(chained(1), repeated(), counted(1), hidden(1))
    print(chained.__name__, chained.__doc__, inspect.signature(chained), inspect.unwrap(chained).__qualname__)
    print(chained.__wrapped__.__wrapped__.__wrapped__.__code__.co_name, inspect.getsource(chained))
    print(inspect.signature(counted), inspect.signature(hidden))
