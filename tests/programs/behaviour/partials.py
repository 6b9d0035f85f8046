"""`partial`, `partialmethod`, `singledispatch` and objects that are called."""

import functools


def power(base, exponent):
    return base**exponent


square = functools.partial(power, exponent=2)
of_two = functools.partial(power, 2)
nested = functools.partial(of_two, 3)


class Cell:
    def set_state(self, state, loudly=False):
        self.state = state.upper() if loudly else state
        return self.state

    alive = functools.partialmethod(set_state, "alive")
    dead = functools.partialmethod(set_state, "dead", loudly=True)

    @functools.singledispatchmethod
    def show(self, value):
        return "anything"

    @show.register
    def _(self, value: int):
        return "int"


@functools.singledispatch
def describe(value):
    return f"something: {value}"


@describe.register
def describe_int(value: int):
    return f"int: {value}"


@describe.register(list)
def describe_list(value):
    return [describe(item) for item in value]


class Adder:
    def __init__(self, number):
        self.number = number

    def __call__(self, other):
        return self.number + other


add_five = Adder(5)


def main():
    print(power(2, 3), square(4), of_two(5), nested())
    print(Cell().alive(), Cell().dead(), Cell().show(1), Cell().show("a"))
    print(describe("a"), describe(1), describe([1, "a", [2]]), add_five(1), list(map(add_five, (1, 2))))
