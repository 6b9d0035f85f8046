"""Functions of every construct. The first thing that each body does is to count its start."""

import types
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache

from ledger import starts


def plain(a, /, b=2, *rest, c=3, **more):
    next(starts)
    return a + b + sum(rest) + c + len(more)


def recursive(depth):
    next(starts)
    return 0 if depth == 0 else 1 + recursive(depth - 1)


def loop_first(turns):
    while True:
        if turns > 0:
            next(starts)
            turns = -turns
        turns += 1
        if turns > 0:
            return turns


def matched(value):
    next(starts)
    match value:
        case {"key": [first, *_]}:
            return first
        case str() | bytes():
            return "text"
    return None


doubled = lambda value: (next(starts), 2 * value)[1]  # noqa: E731


def adder(amount):
    next(starts)

    def add(value):
        next(starts)
        return value + amount

    return add


add_one = adder(1)
add_two = adder(2)


@lru_cache(maxsize=2)
def squared(value):
    next(starts)
    return value * value


# More than 255 constants, and jumps over all of them.
_lines = "\n".join(f"        total += {1000 + number}" for number in range(300))
exec(
    f"def long(turns):\n    next(starts)\n    total = 0\n    for _ in range(turns):\n{_lines}\n    return total"
)


class Base:
    def __init__(self, value):
        next(starts)
        self.value = value

    def method(self):
        next(starts)
        return self.value


class Derived(Base):
    class Inner:
        def method(self):
            next(starts)
            return "inner"

    def method(self):
        next(starts)
        return super().method() + 1

    @classmethod
    def made(cls, value):
        next(starts)
        return cls(value)

    @staticmethod
    def static(value):
        next(starts)
        return value

    @property
    def area(self):
        next(starts)
        return self.value * self.value

    def __call__(self, value):
        next(starts)
        return self.value + value

    def __lt__(self, other):
        next(starts)
        return self.value < other.value

    def __enter__(self):
        next(starts)
        return self

    def __exit__(self, kind, value, traceback):
        next(starts)
        return kind is LookupError


class Finalised:
    def __init__(self):
        next(starts)
        self.cycle = self

    def __del__(self):
        next(starts)
        plain(1)


def raising(depth):
    next(starts)
    if depth == 0:
        raise LookupError("storm")
    return raising(depth - 1)


def passing_on(depth):
    next(starts)
    try:
        return raising(depth)
    finally:
        plain(1)


def catching(depth):
    next(starts)
    try:
        passing_on(depth)
    except LookupError as error:
        frames, traceback = 0, error.__traceback__
        while traceback:
            frames, traceback = frames + 1, traceback.tb_next
        return frames


def catching_groups():
    next(starts)
    caught = []
    try:
        raise ExceptionGroup("storm", [ValueError(), KeyError()])
    except* ValueError:
        caught.append("value")
    except* KeyError:
        caught.append("key")
    return caught


def returning_in_finally():
    next(starts)
    try:
        return raising(1)
    finally:
        return "swallowed"  # noqa: B012


def counting(turns):
    next(starts)
    total = 0
    for turn in range(turns):
        total += (yield turn) or 0
    return total


def delegating(turns):
    next(starts)
    return (yield from counting(turns))


def answering():
    next(starts)
    answer = "ready"
    while True:
        try:
            yield answer
        except ValueError:
            answer = "caught"
        finally:
            plain(1)


@contextmanager
def managed(value):
    next(starts)
    try:
        yield value
    except LookupError:
        plain(1)


class Pause:
    def __await__(self):
        next(starts)
        yield


@types.coroutine
def old_style(value):
    next(starts)
    yield
    return value


async def awaiting(value):
    next(starts)
    await Pause()
    return value + await old_style(1)


async def emitting(turns):
    next(starts)
    total = 0
    for turn in range(turns):
        await Pause()
        try:
            total += (yield turn + total) or 0
        except ValueError:
            yield "caught"


@asynccontextmanager
async def managed_later(value):
    next(starts)
    await Pause()
    yield value


async def together():
    next(starts)
    results = [await awaiting(1), [turn async for turn in emitting(3)]]
    generator = emitting(5)
    results.append(
        [
            await anext(generator),
            await generator.asend(10),
            await generator.athrow(ValueError),
        ]
    )
    await generator.aclose()
    async with managed_later("later") as value:
        results.append(value)
    return results
