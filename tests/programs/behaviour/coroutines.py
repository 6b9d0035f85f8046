"""Coroutines under `asyncio.run`: a hit when the body starts, none at a resumption."""

import asyncio
import inspect
import traceback


async def add(a, b):
    await asyncio.sleep(0)
    return a + b


async def failing():
    await asyncio.sleep(0)
    raise LookupError("in a coroutine")


async def cancelled(started):
    try:
        started.set()
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def many():
    return await asyncio.gather(*(add(number, 1) for number in range(5)))


async def timing_out():
    try:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()
    except TimeoutError:
        return "timed out"


async def everything():
    print(await add(1, 2), await many(), await timing_out())
    try:
        await failing()
    except LookupError:
        print(traceback.format_exc())
    started = asyncio.Event()
    task = asyncio.create_task(cancelled(started), name="a task")
    await started.wait()
    print(task.get_coro().cr_frame.f_lineno, task.get_coro().cr_await is not None)
    task.cancel()
    print(await asyncio.gather(task, return_exceptions=True))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(add(number, 0)) for number in range(3)]
    print([task.result() for task in tasks])


def main():
    asyncio.run(everything())
    print(inspect.iscoroutinefunction(add), asyncio.iscoroutinefunction(add))
    coroutine = add(1, 1)
    print(inspect.getcoroutinestate(coroutine), coroutine.cr_code.co_name)
    coroutine.close()
    print(inspect.getcoroutinestate(coroutine))
    by_hand = add(3, 4)
    print(by_hand.send(None))
    try:
        by_hand.send(None)
    except StopIteration as error:
        print(error.value)
