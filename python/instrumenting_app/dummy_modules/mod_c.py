"""Generators: functions and methods; each counts once, when its body starts."""

from collections.abc import Iterator

from instrumenting_app.call_counts import CALL_COUNTS

__call_counts__ = CALL_COUNTS
count = CALL_COUNTS.counter(__name__)


def empty() -> Iterator[int]:
    count("empty")
    yield from ()


def one() -> Iterator[int]:
    count("one")
    yield 1


def two() -> Iterator[int]:
    count("two")
    yield 1
    yield 2


def three() -> Iterator[int]:
    count("three")
    yield 1
    yield 2
    yield 3


def several() -> Iterator[int]:
    count("several")
    yield from (1, 2, 3)


def in_loop() -> Iterator[int]:
    count("in_loop")
    for _ in range(3):
        yield 1


def in_try() -> Iterator[int]:
    count("in_try")
    try:
        yield 1
    except ValueError:
        yield 2


def delegated() -> Iterator[int]:
    count("delegated")
    yield from range(3)


class Reader:
    @classmethod
    def chunks(cls) -> Iterator[int]:
        count("Reader.chunks")
        yield 1

    @staticmethod
    def blanks() -> Iterator[int]:
        count("Reader.blanks")
        yield 1

    def lines(self) -> Iterator[int]:
        count("Reader.lines")
        yield 1

    def words(self) -> Iterator[int]:
        count("Reader.words")
        yield 1

    def letters(self) -> Iterator[int]:
        count("Reader.letters")
        yield 1


class Tree:
    @classmethod
    def forest(cls) -> Iterator[int]:
        count("Tree.forest")
        yield 1

    @staticmethod
    def seeds() -> Iterator[int]:
        count("Tree.seeds")
        yield 1

    def leaves(self) -> Iterator[int]:
        count("Tree.leaves")
        yield 1

    def branches(self) -> Iterator[int]:
        count("Tree.branches")
        yield 1

    def roots(self) -> Iterator[int]:
        count("Tree.roots")
        yield 1


class Sensor:
    @classmethod
    def all(cls) -> Iterator[int]:
        count("Sensor.all")
        yield 1

    @staticmethod
    def noise() -> Iterator[int]:
        count("Sensor.noise")
        yield 1

    def samples(self) -> Iterator[int]:
        count("Sensor.samples")
        yield 1

    def peaks(self) -> Iterator[int]:
        count("Sensor.peaks")
        yield 1
