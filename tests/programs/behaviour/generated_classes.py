"""Methods that the standard library writes: dataclasses, named tuples, enumerations."""

import collections
import dataclasses
import enum
import functools
import typing

# `Colour.__new__` is that of the standard library, which makes other enumerations too.
PATCH = [
    *(f"generated_classes:{name}.*" for name in ("Point", "Frozen", "Pair", "Typed", "Version")),
    *("generated_classes:main", "generated_classes:Colour.[!_]*", "generated_classes:Flags.[!_]*"),
    *("generated_classes:Colour._missing_", "generated_classes:Colour.__str__"),
]


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = dataclasses.field(default_factory=list, compare=False)

    def __post_init__(self):
        self.total = self.x + self.y

    def moved(self, by):
        return dataclasses.replace(self, x=self.x + by)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    name: str

    def shout(self):
        return self.name.upper()


Pair = collections.namedtuple("Pair", "left right", defaults=[0])


class Typed(typing.NamedTuple):
    a: int
    b: str = "b"

    def both(self):
        return f"{self.a}{self.b}"


class Colour(enum.Enum):
    RED = 1
    GREEN = 2

    def shade(self):
        return f"dark {self.name.lower()}"

    @classmethod
    def _missing_(cls, value):
        return cls.RED

    @property
    def next(self):
        return Colour(self.value % 2 + 1)

    def __str__(self):
        return f"<{self.name}>"


class Flags(enum.Flag):
    A = enum.auto()
    B = enum.auto()

    def names(self):
        return [flag.name for flag in self]


@functools.total_ordering
class Version:
    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return self.number == other.number

    def __lt__(self, other):
        return self.number < other.number


def main():
    print(Point(1), Point(1, 2) < Point(2), Point(1) == Point(1, tags=[1]), Point(1, 2).moved(3).total)
    print(Frozen(name="a"), Frozen(name="b").shout(), hash(Frozen(name="c")) == hash(Frozen(name="c")))
    try:
        Frozen(name="d").name = "e"
    except dataclasses.FrozenInstanceError as error:
        print(error)
    print(Pair(1), Pair(1, 2)._replace(right=3), Pair._make("ab")._asdict(), Typed(1).both(), Typed(2, "c"))
    print(Colour.RED.shade(), Colour(7), str(Colour.RED.next), Colour["GREEN"].next.name)
    print((Flags.A | Flags.B).names(), Version(1) >= Version(0), max(map(Version, range(3))).number)
