"""Sleeps under `asyncio.run`, which puts a SIGINT handler of its own in place."""

import asyncio


async def main() -> None:
    print("ready", flush=True)
    await asyncio.sleep(1000)


asyncio.run(main())
