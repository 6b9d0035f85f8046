"""Abstract methods, protocols, generic classes and `typing.overload`."""

import abc
import typing

T = typing.TypeVar("T")


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self):
        return 0

    @property
    @abc.abstractmethod
    def name(self): ...

    @classmethod
    def __subclasshook__(cls, other):
        return NotImplemented


class Square(Shape):
    def area(self):
        return super().area() + 4

    @property
    def name(self):
        return f"square, above it {super().name}"


@typing.runtime_checkable
class Sized(typing.Protocol):
    def size(self) -> int: ...


class Box(typing.Generic[T]):
    def __init__(self, item: T):
        self.item = item

    def size(self) -> int:
        return 1

    def get(self) -> T:
        return self.item


@typing.overload
def convert(value: int) -> str: ...
@typing.overload
def convert(value: str) -> int: ...
def convert(value):
    return str(value) if isinstance(value, int) else int(value)


@typing.final
@typing.no_type_check
def final(a: "nothing at all") -> "nothing":
    return a


def main():
    try:
        Shape()
    except TypeError as error:
        print(error)
    print(Square().area(), Square().name, isinstance(Square(), Shape), issubclass(int, Shape))
    print(isinstance(Box(1), Sized), Box[int](2).get(), convert(1), convert("2"), final(3))
    print(typing.get_type_hints(Box.size), typing.get_overloads(convert) != [], Shape.area.__isabstractmethod__)
