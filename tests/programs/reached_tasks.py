"""Has tasks that wait for each other, for tools that look at them from outside."""

import asyncio
import os

waiting = []


async def leaf():
    waiting.append(1)
    loop = asyncio.get_running_loop()
    if len(waiting) == 2:
        loop.call_soon(lambda: print("pid", os.getpid(), flush=True))
    await loop.create_future()


async def branch():
    async with asyncio.TaskGroup() as group:
        for name in "one", "two":
            group.create_task(leaf(), name=name)


async def main():
    await asyncio.create_task(branch(), name="branch")


asyncio.run(main())
