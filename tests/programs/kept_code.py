"""Code objects are keys here: in a decorator, as profilers have it, and by weak references, as trio has it."""

import functools
import weakref

ROLL = {}


class Tracer:
    """Traces the frames that run the code of what it has decorated."""

    def __init__(self):
        self.codes = set()

    def __call__(self, function):
        self.codes.add(function.__code__)

        @functools.wraps(function)
        def traced(*arguments):
            with_tracer = self
            return function(*arguments) if with_tracer.codes else None

        return traced


def on_the_roll(function):
    ROLL[id(function.__code__)] = weakref.ref(function.__code__)
    return function


@Tracer()
def traced(number):
    return number


@on_the_roll
def enrolled(number):
    return number


@functools.cache
def cached(number):
    return number


def plain(number):
    return number
