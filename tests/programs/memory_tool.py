"""Beside a tool that asks the garbage collector what all objects refer to: it comes to hold what stands for calls.

A call is over for the program then, but ends when the tool lets go of it, on a thread of its own.
"""

import asyncio
import gc
import threading
import types

over = threading.Event()


def generates():
    yield 1
    yield 2


def fails():
    yield 1
    raise ValueError


def begins():
    generator = generates()
    next(generator)
    return generator


def held_by_a_tool(generator):
    """Everything that the suspended frame of a generator refers to, which may be what stands for its call."""
    return [it for it in gc.get_referents(generator) if type(it).__name__ == "call"]


def drops_on_another_thread():
    other = begins()
    for make in (generates, fails):
        generator = make()
        next(generator)
        held = held_by_a_tool(generator)
        try:
            list(generator)
        except ValueError:
            pass
        del generator
        thread = threading.Thread(target=held.clear)
        thread.start()
        thread.join()
        for _ in range(3):
            begins()
    return list(other)


async def inner(number):
    await asyncio.sleep(0.0001)
    if number % 7 == 0:
        raise ValueError(number)
    return number


async def outer(number):
    try:
        return await inner(number)
    except ValueError:
        return recursive(20)


async def cancelled():
    await asyncio.sleep(100)


async def async_generates():
    for each in range(3):
        yield each


def recursive(depth):
    return depth and recursive(depth - 1)


async def works():
    for _ in range(30):
        tasks = [asyncio.create_task(outer(number)) for number in range(100)]
        others = [asyncio.create_task(cancelled()) for _ in range(10)]
        async for _ in async_generates():
            pass
        generator = async_generates()
        await anext(generator)
        await generator.aclose()
        await asyncio.gather(*tasks)
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def tool():
    suspended = types.CoroutineType, types.AsyncGeneratorType
    while not over.wait(0.001):
        held = gc.get_referents(*(it for it in gc.get_objects() if type(it) in suspended))
        del held


for _ in range(10):
    drops_on_another_thread()
thread = threading.Thread(target=tool)
thread.start()
asyncio.run(works())
over.set()
thread.join()
gc.collect()
print("over")
