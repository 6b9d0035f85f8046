"""Generators that nobody finishes: their `finally` blocks run when they are collected."""

import gc
import weakref

from collections import deque

said = deque()


def holding(name):
    try:
        yield name
        yield "never"
    finally:
        said.append(f"{name} let go")


def ignoring():
    try:
        yield 1
    except GeneratorExit:
        yield 2


def in_a_circle():
    generator = holder["generator"] = yield
    try:
        yield generator
    finally:
        said.append("the circle is broken")


holder = {}


async def suspended():
    try:
        await Forever()
    finally:
        said.append("a coroutine let go")


class Forever:
    def __await__(self):
        yield "waiting"


def main():
    said.clear()
    generator = holding("counted")
    next(generator)
    del generator
    generator = in_a_circle()
    next(generator)
    generator.send(generator)
    alive = weakref.ref(generator)
    holder.clear()
    del generator
    gc.collect()
    print(alive(), said)
    coroutine = suspended()
    print(coroutine.send(None))
    del coroutine
    holding("never started")
    bad = ignoring()
    next(bad)
    try:
        bad.close()
    except RuntimeError as error:
        print(error)
    print(list(said))
