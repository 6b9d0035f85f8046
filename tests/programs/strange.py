"""Objects that answer strangely when they are asked for what they hold, and say that they were asked."""

import functools
import sys


def asked(what):
    print("code of the target ran:", what, file=sys.stderr)
    raise RuntimeError(what)


def plain():
    return 1


class Meta(type):
    def __getattribute__(cls, name):
        asked(name)


class WithMeta(metaclass=Meta):
    def method(self):
        return 1


class Partial(functools.partial):
    __module__ = __name__

    @property
    def func(self):
        asked("func")


partial = Partial(plain)


@functools.lru_cache
def cached():
    return 1


del cached.__wrapped__


class Property(property):
    def __getattribute__(self, name):
        asked(name)


class WithProperty:
    @Property
    def value(self):
        return 1


class Callable(metaclass=Meta):
    def __call__(self):
        return 1

    def __getattribute__(self, name):
        asked(name)


callable_object = Callable()
