"""`asend`, `athrow`, `aclose`, `async for`, `async with`, asynchronous comprehensions."""

import asyncio
import contextlib
import inspect
import traceback


async def echo():
    received = "start"
    while received != "stop":
        try:
            received = yield received
        except ValueError as error:
            received = f"caught {error}"
        finally:
            await asyncio.sleep(0)


async def ticks(stop):
    for number in range(stop):
        yield number
        await asyncio.sleep(0)


class Managed:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, kind, error, trace):
        print("left with", kind and kind.__name__)
        return kind is KeyError


class Counted:
    def __init__(self):
        self.left = 3

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return self.left


@contextlib.asynccontextmanager
async def entered(name):
    print("enter", name)
    try:
        yield name
    finally:
        print("leave", name)


async def abandoned():
    try:
        yield 1
        yield 2
    finally:
        print("abandoned, closed")


async def sending():
    generator = echo()
    print(await anext(generator), await generator.asend("one"))
    print(await generator.athrow(ValueError("two")), generator.ag_frame.f_lineno)
    await generator.aclose()
    print(generator.ag_frame, [item async for item in generator])
    fresh = echo()
    try:
        await fresh.athrow(ValueError("before the start"))
    except ValueError:
        print(traceback.format_exc())


async def looping():
    async for number in ticks(3):
        print(number)
    else:
        print("all")
    print([n async for n in ticks(3)], {n: n async for n in ticks(2) if n}, [n async for n in Counted()])
    print([await asyncio.sleep(0, n) for n in range(2)], sum([n async for n in (m async for m in ticks(4))]))


async def managing():
    async with Managed() as managed, entered("a") as name:
        print(type(managed).__name__, name)
    async with Managed():
        raise KeyError
    try:
        async with Managed(), entered("b"):
            raise ValueError("out of it")
    except ValueError:
        print(traceback.format_exc())


async def everything():
    await sending()
    await looping()
    await managing()
    async for _ in abandoned():
        break
    await asyncio.get_running_loop().shutdown_asyncgens()


def main():
    asyncio.run(everything())
    print(inspect.isasyncgenfunction(echo), inspect.isasyncgenfunction(entered.__wrapped__))
