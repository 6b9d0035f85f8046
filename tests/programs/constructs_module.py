"""A generator, a coroutine, a closure, and a loop that starts the body."""

import asyncio


def generator():
    yield 1


async def coroutine():
    await asyncio.sleep(0)


def _make(free):
    def closure():
        return free

    return closure


closure = _make(1)


def loop():
    while True:
        try:
            return 1
        except ValueError:
            pass
