#: as script compiled module package folder zip
"""Defines in every way there is, and calls at once what it has defined."""

import asyncio
import functools
import sys

__call_counts__ = {}


def count(name):
    path = f"{__name__}:{name}"
    __call_counts__[path] = __call_counts__.get(path, 0) + 1


def function():
    count("function")


function()


def decorator(function):
    @functools.wraps(function)
    def wrapper():
        return function()

    return wrapper


@decorator
def decorated():
    count("decorated")


decorated()


async def asynchronous():
    count("asynchronous")


asyncio.run(asynchronous())


def generator():
    count("generator")
    yield


list(generator())


class Class:
    def method(self):
        count("Class.method")

    @staticmethod
    def static():
        count("Class.static")

    @property
    def value(self):
        count("Class.value")

    class Inner:
        @classmethod
        def made(cls):
            count("Class.Inner.made")


Class().method()
Class.static()
Class().value
Class.Inner.made()

if sys.argv:

    def conditional():
        count("conditional")

else:

    def conditional():
        raise AssertionError


conditional()

try:
    import no_such_module
except ImportError:

    def no_such_module():
        count("no_such_module")


no_such_module()

assigned = lambda: count("assigned")  # noqa: E731
assigned()

for again in range(3):

    def in_a_loop():
        count("in_a_loop")

    in_a_loop()


def twice():
    count("twice")


twice()


def twice():  # noqa: F811
    count("twice")


twice()
twice()

later = None


def main():
    for _ in range(5):
        function()
        twice()


if __name__ == "__main__":
    main()
