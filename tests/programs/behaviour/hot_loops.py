"""Functions that are called until they are specialised, and then with other types."""

import functools


def add(a, b):
    return a + b


def attribute(thing):
    return thing.value


def call(function, *args):
    return function(*args)


def unpack(pair):
    a, b = pair
    return b, a


def compare(a, b):
    return a < b


class Plain:
    def __init__(self, value):
        self.value = value

    def method(self):
        return self.value


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Computed:
    @property
    def value(self):
        return "computed"


def total(stop):
    return functools.reduce(add, range(stop))


def main():
    print(sum(add(number, 1) for number in range(100)), add("a", "b"), add(1.5, 2), add([1], [2]))
    for thing in [Plain(1)] * 60 + [Slotted(2)] * 60 + [Computed()] * 60:
        attribute(thing)
    print(attribute(Plain(3)), [call(Plain, number).method() for number in range(20)][-1])
    print([unpack((number, "b")) for number in range(20)][-1], unpack("ab"), unpack([1, 2]))
    print(sum(compare(number, 10) for number in range(20)), compare("a", "b"), total(100))
