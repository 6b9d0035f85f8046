"""Works in turns, at several things at a time: each keeps the processor busy for a known time, then sleeps for one.

The first word says how the things share a thread, or that each has its own. What each has taken by the clock is
written into a file, the second word.
"""

import asyncio
import json
import sys
import threading
import time
from pathlib import Path
from time import perf_counter_ns as clock

AT_A_TIME, TURNS = 3, 5
BUSY, ASLEEP = 2_000_000, 5_000_000
around = []


def is_busy():
    end = clock() + BUSY
    while clock() < end:
        pass


def sleeps():
    time.sleep(ASLEEP / 1e9)


async def awaits(sleep):
    await sleep(ASLEEP / 1e9)


def works():
    for _ in range(TURNS):
        is_busy()
        sleeps()


async def works_in_turns(sleep):
    for _ in range(TURNS):
        is_busy()
        await awaits(sleep)


def yields():
    for _ in range(TURNS):
        is_busy()
        yield


def is_timed_around(function, *arguments):
    began = clock()
    function(*arguments)
    around.append(clock() - began)


async def is_awaited_around(sleep):
    began = clock()
    await works_in_turns(sleep)
    around.append(clock() - began)


async def with_asyncio():
    await asyncio.gather(*(is_awaited_around(asyncio.sleep) for _ in range(AT_A_TIME)))


def with_trio():
    import trio

    async def main():
        async with trio.open_nursery() as nursery:
            for _ in range(AT_A_TIME):
                nursery.start_soon(is_awaited_around, trio.sleep)

    trio.run(main)


def with_threads():
    threads = [threading.Thread(target=is_timed_around, args=[works]) for _ in range(AT_A_TIME)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def with_generators():
    def all_in_turns():
        for _ in zip(*(yields() for _ in range(AT_A_TIME))):
            time.sleep(ASLEEP / 1e9)

    is_timed_around(all_in_turns)
    around.extend(around * (AT_A_TIME - 1))


{
    "asyncio": lambda: asyncio.run(with_asyncio()),
    "trio": with_trio,
    "threads": with_threads,
    "generators": with_generators,
}[sys.argv[1]]()
Path(sys.argv[2]).write_text(json.dumps(sum(around)))
