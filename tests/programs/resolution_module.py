"""Names that lead to functions in many ways."""

import functools


def plain():
    return 1


alias = plain


class Base:
    def run(self):
        return 1

    def __hidden(self):
        return 1

    @property
    def value(self):
        return 1

    @value.setter
    def value(self, new):
        pass

    @functools.cached_property
    def lazy(self):
        return 1

    def _set(self, new):
        pass

    write_only = property(None, _set)


class Child(Base):
    pass


class Other(Base):
    pass


class Own(Base):
    def run(self):
        return 2


def decorator(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


@decorator
def wrapped():
    return 1


@decorator
@decorator
@functools.lru_cache
@decorator
def wrapped_often():
    return 1


@functools.lru_cache
def cached():
    return 1


def _closure(free):
    def closure():
        return free

    return closure


one_closure = _closure(1)
other_closure = _closure(2)

partial_of_plain = functools.partial(plain)


class CallableObject:
    def __call__(self):
        return 1


callable_object = CallableObject()
bound = Base().run


def _class():
    class Made:
        def method(self):
            return 1

    return Made


Made = _class()
