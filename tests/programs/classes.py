"""Classes that are attributes of classes: of their own, of others, of each other, in a long chain."""

import enum
import typing


class First:
    class Inner:
        def method(self):
            return 1


class Second:
    def method(self):
        return 1


First.refers_to = Second
Second.refers_to = First
Second.Inner = First.Inner
alias = Second


chain = None
for _ in range(8_000):
    chain = type("Link", (), {"next": chain, "__module__": __name__, "method": lambda self: 1})


class Colour(enum.Enum):
    """Takes `__new__` and more over from `enum.Enum`."""

    RED = 1

    def mixed(self):
        return self


class Point(typing.NamedTuple):
    """Has methods that were made for it in `collections`."""

    x: int
